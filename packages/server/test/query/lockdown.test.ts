import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { INT64, UTF8 } from "@millrace/sql";
import { literalPattern } from "#src/query/execute/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { Engine } from "./engine.ts";

/** The second line of defence: what the engine would do with statements that no rewriter had seen. */
describe("query: what the engine itself can reach", () => {
  const directory = temporaryDirectory();
  let engine: Engine;
  let allowed: string;
  let outside: string;
  beforeEach(async () => {
    allowed = path.join(directory.path, "it's [data]*", "n1", "dbs");
    mkdirSync(allowed, { recursive: true });
    writeFileSync(path.join(allowed, "a.csv"), "x\n1\n2\n");
    outside = path.join(directory.path, "secret.csv");
    writeFileSync(outside, "x\n3\n");
    engine = await Engine.open(512_000_000, [allowed]);
  });
  afterEach(() => engine.close());

  const quoted = (file: string) => `'${literalPattern(file).replaceAll("'", "''")}'`;

  it("is the directories of data files", async () => {
    const rows = await engine.rows(
      `SELECT sum(x)::BIGINT FROM read_csv(${quoted(path.join(allowed, "a.csv"))})`,
      [INT64],
    );
    assert.deepEqual(rows, [{ v0: 3 }]);
  });

  it("is not a directory that its name would match as a pattern", async () => {
    const twin = path.join(directory.path, "it's [data] twin", "n1", "dbs");
    mkdirSync(twin, { recursive: true });
    writeFileSync(path.join(twin, "a.csv"), "x\n5\n");
    const read = (file: string) => engine.rows(`SELECT sum(x)::BIGINT FROM read_csv(${file})`, [INT64]);
    assert.deepEqual(await read(quoted(path.join(allowed, "a.csv"))), [{ v0: 3 }]);
    await assert.rejects(read(quoted(path.join(twin, "a.csv"))));
  });

  it("is nothing else", async () => {
    const statements = [
      `SELECT x::VARCHAR FROM read_csv(${quoted(outside)})`,
      `SELECT content FROM read_text(${quoted(`${allowed}/../../../secret.csv`)})`,
      "SELECT content FROM read_text('/etc/hostname')",
      `COPY (SELECT 'x') TO ${quoted(path.join(directory.path, "written.csv"))}`,
      `ATTACH ${quoted(path.join(directory.path, "x.db"))} AS x`,
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET enable_external_access = true",
      "SET allowed_directories = ['/']",
      "RESET lock_configuration",
    ];
    for (const statement of statements) await assert.rejects(engine.rows(statement, [UTF8]), statement);
  });
});
