import assert from "node:assert/strict";
import { type ColumnKind, FLOAT64, INT64, type SqlType, TAG, TIMESTAMP } from "@millrace/sql";
import fc from "fast-check";
import { type AnalysisContext, DEFAULT_SETTINGS } from "#src/analysis/index.js";
import { PluginDocument } from "#src/plugin-document/index.js";
import { sqlChecks } from "#src/sql-strings/index.js";
import { readRepositoryFile } from "./support/plugins.ts";
import { plugin } from "./support/sql.ts";

interface Vector {
  readonly id: string;
  readonly dataset?: string;
  readonly sql: string;
  readonly expect_error_contains?: string;
}

const file = "packages/server/test/query-rewrite/fixtures/sql-vectors.json";
const vectors = (JSON.parse(readRepositoryFile(file)) as readonly Vector[]).filter(
  (it) => it.dataset === "home" && it.expect_error_contains === undefined,
);

/** Nobody leaves one half of `extract(hour FROM …)` to the run. */
const cuttable = vectors.filter(
  ({ sql }) => !/\b(?:extract|substring|trim|overlay|distinct from)\b/i.test(sql),
);

function column(name: string, kind: ColumnKind, type: SqlType) {
  return { name, kind, type, nullable: kind !== "time" };
}

const columns = [
  column("co", "field", INT64),
  column("hum", "field", FLOAT64),
  column("room", "tag", TAG),
  column("temp", "field", FLOAT64),
  column("time", "time", TIMESTAMP),
];
const context: AnalysisContext = {
  settings: DEFAULT_SETTINGS,
  schema: { database: "db", tables: [{ schema: "iox", name: "home", columns }] },
  isInPackage: false,
};

async function messages(argument: string): Promise<string[]> {
  const document = PluginDocument.parse("file:///plugin.py", 1, plugin(`influxdb3_local.query(${argument})`));
  const found = await Promise.all(sqlChecks.map((source) => source.check(document, context)));
  return found.flat().map((it) => `${it.code}: ${it.message}`);
}

const literal = (text: string) => JSON.stringify(text);
const formatted = (text: string) => literal(text).replace(/[{}]/g, "$&$&").slice(1, -1);

describe("statements that are right", () => {
  it("raise no alarm", async () => {
    for (const { id, sql } of vectors) assert.deepEqual(await messages(literal(sql)), [], `${id}: ${sql}`);
  });

  it("raise none with any part of them unknown", async () => {
    const cut = fc.record({ vector: fc.constantFrom(...cuttable), from: fc.nat(), length: fc.nat(40) });
    const property = fc.asyncProperty(cut, async ({ vector: { sql }, from, length }) => {
      const start = from % (sql.length + 1);
      const text = `f"${formatted(sql.slice(0, start))}{args}${formatted(sql.slice(start + length))}"`;
      assert.deepEqual(await messages(text), [], text);
    });
    await fc.assert(property, { numRuns: 600 });
  });

  it("raise none with two parts of them unknown", async () => {
    const cut = fc.record({
      vector: fc.constantFrom(...cuttable),
      places: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
    });
    const property = fc.asyncProperty(cut, async ({ vector: { sql }, places }) => {
      const [a, b, c, d] = places.map((it) => it % (sql.length + 1)).sort((x, y) => x - y);
      const parts = [sql.slice(0, a), sql.slice(b, c), sql.slice(d)].map(formatted);
      const text = `f"${parts.join("{args}")}"`;
      assert.deepEqual(await messages(text), [], text);
    });
    await fc.assert(property, { numRuns: 600 });
  });
});
