export type { AnalysisContext } from "./analysis-context.ts";
export type * from "./contributions.ts";
export { type Diagnostic, type DiagnosticOptions, diagnosticAt } from "./diagnostics.ts";
export { nearest } from "./nearest.ts";
export { quickFix, type TextChange } from "./quick-fix.ts";
export type { SchemaSnapshot } from "./schema-snapshot.ts";
export type { Environment, Session } from "./session.ts";
export { DEFAULT_SETTINGS, readSettings, type Settings } from "./settings.ts";
