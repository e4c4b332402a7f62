import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ParamValue } from "#src/query/index.js";
import { ServiceRig } from "./service-rig.ts";

interface Vector {
  readonly id: string;
  readonly setup_lp?: string;
  readonly precision?: "second" | "nanosecond";
  readonly sql: string;
  readonly params?: Record<string, ParamValue>;
  readonly expect_columns?: readonly string[] | null;
  readonly expect_rows?: readonly (readonly unknown[])[] | null;
  readonly expect_error_contains?: string;
  readonly unordered?: boolean;
}

const fixture = (name: string) =>
  readFileSync(new URL(`../query-rewrite/fixtures/${name}`, import.meta.url), "utf8");
const vectors = JSON.parse(fixture("sql-vectors.json")) as readonly Vector[];

/** The statements of the dialect once more, now from line protocol to JSON: nothing stands in for anything. */
describe("query service: the SQL dialect from write to JSON", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open();
    await rig.write("home", fixture("home.lp"), "second");
    for (const vector of vectors) {
      if (vector.setup_lp === undefined) continue;
      await rig.write(vector.id, vector.setup_lp, vector.precision ?? "second");
    }
  });
  after(() => rig.close());

  for (const vector of vectors) {
    it(vector.id, async () => {
      const database = vector.setup_lp === undefined ? "home" : vector.id;
      const options = { database, ...(vector.params === undefined ? {} : { params: vector.params }) };
      if (vector.expect_error_contains !== undefined) {
        const text = vector.expect_error_contains;
        await assert.rejects(rig.rows(vector.sql, options), (error: Error) => {
          assert.ok(error.message.includes(text), `${error.message} does not contain ${text}`);
          return true;
        });
        return;
      }
      const rows = await rig.rows(vector.sql, options);
      if (!vector.expect_rows) return;
      const names = vector.expect_columns ?? Object.keys(rows[0] ?? {});
      let actual = rows.map((row) => names.map((name) => row[name] ?? null));
      let expected = vector.expect_rows.map((row) => row.map(shortened));
      if (vector.unordered === true) {
        actual = actual.toSorted(byText);
        expected = expected.toSorted(byText);
      }
      assert.equal(actual.length, expected.length, JSON.stringify(rows));
      expected.forEach((row, i) => {
        assert.ok(same(actual[i], row), `${JSON.stringify(actual[i])} is not ${JSON.stringify(row)}`);
      });
    });
  }
});

/** The vectors write some fractions with more zeros than the output has. */
function shortened(value: unknown): unknown {
  if (typeof value !== "string" || !/T\d\d:\d\d:\d\d\.\d+$/.test(value)) return value;
  return value.replace(/(000)+$/, "");
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function same(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((e, i) => same(actual[i], e))
    );
  }
  if (typeof expected === "number" && typeof actual === "number") {
    return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  }
  if (typeof expected === "object" && expected !== null) {
    return JSON.stringify(actual) === JSON.stringify(expected);
  }
  return actual === expected;
}
