import type { CodeActionSource, DiagnosticSource } from "../analysis/index.ts";
import { convertArguments } from "./convert-arguments.ts";
import { entryPointName } from "./entry-point-name.ts";
import { entryPointParameters } from "./entry-point-parameters.ts";
import { lineNames } from "./line-names.ts";
import { lineWithoutField } from "./line-without-field.ts";
import { fixesOf, type Lint, sourceOf } from "./lint.ts";
import { metadata } from "./metadata.ts";
import { missingModules } from "./missing-modules.ts";
import { negativeUnsigned } from "./negative-unsigned.ts";
import { noSync } from "./no-sync.ts";
import { parameterValues } from "./parameter-values.ts";
import { queryParameters } from "./query-parameters.ts";
import { quotedParameter } from "./quoted-parameter.ts";
import { returnValues } from "./return-values.ts";
import { unknownException } from "./unknown-exception.ts";
import { unknownMethod } from "./unknown-method.ts";
import { wrongArguments } from "./wrong-arguments.ts";

const LINTS: readonly Lint[] = [
  unknownMethod,
  wrongArguments,
  noSync,
  lineNames,
  negativeUnsigned,
  lineWithoutField,
  quotedParameter,
  queryParameters,
  parameterValues,
  entryPointName,
  entryPointParameters,
  returnValues,
  unknownException,
  missingModules,
  metadata,
];

export const lints: readonly DiagnosticSource[] = LINTS.map(sourceOf);
export const lintFixes: readonly CodeActionSource[] = [fixesOf(LINTS), convertArguments];
