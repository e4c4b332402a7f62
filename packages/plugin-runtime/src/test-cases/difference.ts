import type { Unmatched } from "./match-lists.ts";

/** One thing that came out otherwise than a case expects. */
export interface Difference {
  /** What differs: `writes to sensors`, `logs`, `error`, `response status`. */
  readonly what: string;
  /** In the test file, but not in what the plugin did. */
  readonly expected: readonly string[];
  /** In what the plugin did, but not in the test file. */
  readonly actual: readonly string[];
}

export function listDifference<Expected, Actual>(
  what: string,
  { missing, extra }: Unmatched<Expected, Actual>,
  expectedText: (expected: Expected) => string,
  actualText: (actual: Actual) => string,
): Difference[] {
  if (missing.length === 0 && extra.length === 0) return [];
  return [{ what, expected: missing.map(expectedText), actual: extra.map(actualText) }];
}
