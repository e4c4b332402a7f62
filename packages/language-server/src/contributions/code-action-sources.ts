import type { CodeActionSource } from "../analysis/index.ts";
import { lintFixes } from "../lints/index.ts";
import { memberFixes } from "../python-features/index.ts";
import { sqlFixes } from "../sql-strings/index.ts";
import { testActions } from "../test-runs/index.ts";

export const codeActionSources: readonly CodeActionSource[] = [
  memberFixes,
  ...lintFixes,
  ...sqlFixes,
  testActions,
];
