import type { CodeActionSource, DiagnosticSource } from "../analysis/index.ts";
import { noSyncFix, noSyncLint } from "./no-sync.ts";

export const lints: readonly DiagnosticSource[] = [noSyncLint];
export const lintFixes: readonly CodeActionSource[] = [noSyncFix];
