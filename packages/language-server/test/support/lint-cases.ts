import assert from "node:assert/strict";
import type { RunningServer } from "./server.ts";

/** One case of a check: code with marks where findings are expected. */
export interface LintCase {
  readonly what: string;
  readonly text: string;
  /** One for each mark; none: nothing is wrong. */
  readonly codes?: readonly string[];
  /** What the first finding says. */
  readonly says?: RegExp;
  /** A fix by its title, and what the text contains after it. */
  readonly fix?: readonly [title: string, expected: string];
}

const WRITES = "def process_writes(influxdb3_local, table_batches, args=None):";

/** Lines of code inside of a plugin's function. */
export function inPlugin(code: string): string {
  const lines = code.replace(/^\n/, "").split("\n");
  const indent = /^ */.exec(lines[0]!)![0];
  const body = lines.map((line) => (line.trim() === "" ? "" : `    ${line.replace(indent, "")}`));
  return [WRITES, ...body, ""].join("\n");
}

/** Each case is a test: findings at the marks and nowhere else, and the text after the fix. */
export function testLints(cases: readonly LintCase[], server: () => RunningServer): void {
  for (const { what, text, codes = [], says, fix } of cases) {
    it(what, async () => {
      const file = await server().editor.open(text);
      const found = await file.expect(...codes);
      if (says !== undefined) assert.match(String(found[0]?.message), says);
      if (fix === undefined) return;
      const after = await file.textAfterFix(fix[0]);
      assert.ok(after.includes(fix[1]), `expected ${JSON.stringify(fix[1])} in:\n${after}`);
    });
  }
}
