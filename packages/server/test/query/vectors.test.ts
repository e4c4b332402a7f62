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

/** Where the rows are when the statements run. */
const SETTINGS = [
  "in the buffer",
  "in files",
  "half in files, half in the buffer",
  "in two files each",
] as const;

type Precision = "second" | "nanosecond";

async function write(rig: ServiceRig, setting: (typeof SETTINGS)[number]): Promise<void> {
  const texts: [database: string, text: string, precision: Precision][] = [
    ["home", fixture("home.lp"), "second"],
  ];
  for (const { id, setup_lp, precision = "second" } of vectors) {
    if (setup_lp !== undefined) texts.push([id, setup_lp, precision]);
  }
  const isSplit = setting.startsWith("half") || setting.startsWith("in two");
  // Every other line, so that times of both halves lie over each other.
  for (const half of isSplit ? [0, 1] : [undefined]) {
    for (const [database, text, precision] of texts) {
      const lines = text.split("\n").filter((line) => line !== "");
      const some = lines.filter((_, i) => half === undefined || i % 2 === half);
      if (some.length > 0) await rig.write(database, some.join("\n"), precision);
    }
    const isBuffered = setting === "in the buffer" || (setting.startsWith("half") && half === 1);
    if (!isBuffered) await rig.persister.snapshot();
  }
}

for (const setting of SETTINGS)
  describe(`query service: the SQL dialect from write to JSON, rows ${setting}`, () => {
    let rig: ServiceRig;
    before(async () => {
      rig = await ServiceRig.open();
      await write(rig, setting);
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
