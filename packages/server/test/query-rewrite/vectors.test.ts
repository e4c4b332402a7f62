import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ParamValue } from "#src/query/rewrite/index.js";
import { TestEngine } from "./engine.ts";
import { assertRows } from "./rows.ts";
import { type TestTable, tablesOf } from "./tables.ts";

interface Case {
  readonly sql: string;
  readonly params?: Record<string, ParamValue>;
  readonly columns?: readonly string[] | null;
  readonly rows?: readonly (readonly unknown[])[] | null;
  readonly error?: string;
  readonly unordered?: boolean;
}

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

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");
const home = tablesOf(fixture("home.lp"), "second");
const PARAMS = { room: "Kitchen", n: 3, t: "2022-01-01T08:00:00Z" };

async function check(engine: TestEngine, test: Case, tables: readonly TestTable[]): Promise<void> {
  if (test.error !== undefined) {
    const text = test.error;
    await assert.rejects(
      async () => engine.run(test.sql, tables, test.params),
      (error: Error) => {
        assert.ok(error.message.includes(text), `${error.message} does not contain ${text}`);
        return true;
      },
    );
    return;
  }
  const answer = await engine.run(test.sql, tables, test.params);
  if (test.columns) assert.deepEqual(answer.columns, test.columns);
  if (test.rows) assertRows(answer.rows, test.rows, test.unordered === true);
}

describe("SQL dialect, on DuckDB", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await TestEngine.open();
  });
  after(() => engine.close());

  describe("answers like the original", () => {
    for (const vector of JSON.parse(fixture("sql-vectors.json")) as readonly Vector[]) {
      it(vector.id, () => {
        const { setup_lp: setup, precision = "second", expect_columns: columns, expect_rows: rows } = vector;
        const tables = setup === undefined ? home : tablesOf(setup, precision);
        return check(engine, { ...vector, columns, rows, error: vector.expect_error_contains }, tables);
      });
    }
  });

  describe("keeps its answers", () => {
    const lines = fixture("dialect-cases.jsonl")
      .split("\n")
      .filter((line) => line !== "");
    for (const test of lines.map((line) => JSON.parse(line) as Case)) {
      it(test.sql, () => check(engine, { ...test, params: PARAMS }, home));
    }
  });

  describe("fails while running", () => {
    const failures: readonly (readonly [sql: string, text: string])[] = [
      ["SELECT co / (co - co) FROM home", "Divide by zero error"],
      ["SELECT co % 0 FROM home", "Divide by zero error"],
      ["SELECT * FROM home WHERE temp > 'abc'", "Could not convert string 'abc'"],
      ["SELECT 9223372036854775807 + 1", "Overflow"],
      ["SELECT (SELECT temp FROM home)", "More than one row"],
      ["SELECT to_timestamp('x', '%Y')", "Error parsing timestamp from 'x'"],
    ];
    for (const [sql, error] of failures) it(sql, () => check(engine, { sql, error }, home));
  });
});
