import type {
  CodeActionSource,
  CompletionSource,
  DiagnosticSource,
  HoverSource,
  QueryTypeSource,
} from "../analysis/index.ts";
import { sqlCheck } from "./checks/index.ts";
import { sqlCompletion } from "./completion/index.ts";
import { literalQueryTypes } from "./query-types.ts";
import { sqlHover } from "./sql-hover.ts";

export const sqlChecks: readonly DiagnosticSource[] = [sqlCheck];
/** Names are replaced by the fix for all names that are nearly right. */
export const sqlFixes: readonly CodeActionSource[] = [];
export const sqlCompletions: readonly CompletionSource[] = [sqlCompletion];
export const sqlHovers: readonly HoverSource[] = [sqlHover];
export const sqlQueryTypes: readonly QueryTypeSource[] = [literalQueryTypes];
