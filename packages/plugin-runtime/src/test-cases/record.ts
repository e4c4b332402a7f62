import type { PluginTestCase } from "@millrace/api";
import type { RunOutcome } from "../protocol/index.ts";
import { logTexts, printTexts, writtenLines } from "./compare.ts";
import { bodyText, jsonOf } from "./compare-response.ts";
import type { TestFile } from "./read-file.ts";
import type { CaseResult } from "./run-case.ts";

/**
 * Writes what came of the cases into their expectations, and gives the file's new text, or undefined when nothing
 * changed. Of a case that has expectations only those that failed are replaced; comments stay.
 */
export function recordResults(file: TestFile, results: readonly CaseResult[]): string | undefined {
  let changed = false;
  const byName = new Map(results.map((result) => [result.name, result]));
  file.cases.forEach(({ test }, i) => {
    const result = byName.get(test.name);
    if (result?.outcome === undefined || (test.expect !== undefined && result.passed)) return;
    const { outcome, differences } = result;
    const failed = test.expect === undefined ? undefined : differences.map(({ what }) => what);
    for (const [key, value] of Object.entries(recorded(test, result.database, outcome, failed))) {
      file.document.setIn(["cases", i, "expect", key], file.document.createNode(value));
      changed = true;
    }
  });
  return changed ? file.document.toString({ lineWidth: 0 }) : undefined;
}

/** The expectations that describe an outcome; of all when `failed` is absent, else of what it names. */
function recorded(
  test: PluginTestCase,
  database: string,
  outcome: RunOutcome,
  failed: readonly string[] | undefined,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const wanted = (what: string, otherwise: boolean): boolean =>
    failed === undefined ? otherwise : failed.some((name) => name.startsWith(what));
  const { error, response } = outcome;
  if (wanted("error", error !== undefined)) found["error"] = error?.text ?? null;
  if (wanted("writes", error === undefined)) {
    const written = [...writtenLines(outcome)].map(([db, lines]) => [db, lines.map(({ text }) => text)]);
    const alone = written.length === 1 && written[0]?.[0] === database && Array.isArray(test.expect?.writes);
    found["writes"] = alone ? written[0]?.[1] : Object.fromEntries(written);
  }
  if (wanted("logs", outcome.logs.length > 0)) found["logs"] = logTexts(outcome);
  const prints = printTexts(outcome);
  if (wanted("prints", false)) found["prints"] = prints;
  if (wanted("response", response !== undefined) && response !== undefined) {
    const text = bodyText(response);
    const body = jsonOf(text)?.value;
    found["response"] = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: typeof body === "object" && body !== null ? body : text,
    };
  }
  return found;
}
