import assert from "node:assert/strict";

/** Compares rows: floats within 1e-9, integers exactly where the fixture writes them as `123n`. */
export function assertRows(
  actual: readonly (readonly unknown[])[],
  expected: readonly (readonly unknown[])[],
  unordered: boolean,
): void {
  const order = (rows: readonly (readonly unknown[])[]) =>
    unordered ? [...rows].sort((a, b) => (sortText(a) < sortText(b) ? -1 : 1)) : rows;
  const [a, b] = [order(actual), order(expected)];
  assert.ok(same(a, b), `got ${show(a)} instead of ${show(b)}`);
}

function sortText(row: readonly unknown[]): string {
  return row.map(String).join("\0");
}

function show(rows: unknown): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

function same(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => same(actual[i], item))
    );
  }
  if (typeof expected === "number") return sameNumber(actual, expected);
  if (typeof expected === "string") return sameText(actual, expected);
  if (typeof expected === "object" && expected !== null) {
    const [a, b] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
    const keys = Object.keys(b);
    return (
      typeof a === "object" && Object.keys(a).length === keys.length && keys.every((k) => same(a[k], b[k]))
    );
  }
  return actual === expected;
}

function sameNumber(actual: unknown, expected: number): boolean {
  const value = typeof actual === "bigint" ? Number(actual) : actual;
  return typeof value === "number" && Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
}

function sameText(actual: unknown, expected: string): boolean {
  if (typeof actual === "bigint") return `${actual}n` === expected;
  if (typeof actual === "number") return String(actual) === expected;
  // Trailing zeros of a fraction say nothing.
  return actual === expected || actual === expected.replace(/(T\d\d:\d\d:\d\d\.\d+?)(000)+$/, "$1");
}
