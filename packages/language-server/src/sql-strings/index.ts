import type {
  CodeActionSource,
  CompletionSource,
  DiagnosticSource,
  HoverSource,
  QueryTypeSource,
} from "../analysis/index.ts";

export const sqlChecks: readonly DiagnosticSource[] = [];
export const sqlFixes: readonly CodeActionSource[] = [];
export const sqlCompletions: readonly CompletionSource[] = [];
export const sqlHovers: readonly HoverSource[] = [];
export const sqlQueryTypes: readonly QueryTypeSource[] = [];
