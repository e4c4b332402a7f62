import type { DiagnosticSource } from "../analysis/index.ts";
import { lints } from "../lints/index.ts";
import { sqlChecks } from "../sql-strings/index.ts";

export const diagnosticSources: readonly DiagnosticSource[] = [...lints, ...sqlChecks];
