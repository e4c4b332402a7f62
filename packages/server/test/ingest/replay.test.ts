import assert from "node:assert/strict";
import { type Logger, silentLogger } from "#src/foundation/index.js";
import { FakeWal } from "./fake-wal.ts";
import { type Rig, rig, rowsOf } from "./rig.ts";

/** The server comes back: same catalog, same log, empty memory. */
async function restarted(db: Rig<FakeWal>, logger: Logger = silentLogger) {
  const wal = new FakeWal({ immediate: true });
  wal.stored.push(...db.wal.stored);
  const again = await rig({ catalog: db.catalog, wal: new FakeWal({ immediate: true }), logger });
  const buffer = await rig({ catalog: db.catalog, wal, logger });
  return { ...buffer, other: again };
}

const allRows = (db: Rig, tables: string[]): unknown => tables.map((table) => rowsOf(db, table));

describe("replay", () => {
  it("brings back exactly what was there", async () => {
    const db = await rig();
    await db.write('m,t=a f=1,s="x" 1\nm,t=a f=2 1\nbad\nn f=1i');
    await db.write("m,t=a,u=b g=3u 2\nm f=9 1\n# comment");
    await db.write("m f=t 1\nm f=\n", { acceptPartial: true });
    const again = await restarted(db);
    assert.deepEqual(allRows(again, ["m", "n"]), allRows(db, ["m", "n"]));
    await again.write("m,t=a f=5 1");
    await db.write("m,t=a f=5 1");
    assert.deepEqual(allRows(again, ["m", "n"]), allRows(db, ["m", "n"]));
  });

  it("shows triggers nothing of what was written before", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    const wal = new FakeWal({ immediate: true });
    wal.stored.push(...db.wal.stored);
    const seen: number[] = [];
    const onRig = ({ path }: Rig<FakeWal>) =>
      path.subscribe(
        () => true,
        ({ lines }) => seen.push(lines),
      );
    const again = await rig({ catalog: db.catalog, wal, onRig });
    assert.deepEqual(rowsOf(again, "m"), [{ time: 1n, f: 1 }]);
    assert.deepEqual(seen, []);
    await again.write("m f=2 2\nm f=3 3");
    assert.deepEqual(seen, [2]);
  });

  it("is not misled by the spaces before a refused line, which would hide newlines in the line after it", async () => {
    const db = await rig();
    await db.write('  bad\nm,t="x=" f=1 1\nm f=2 2\n');
    const again = await restarted(db);
    assert.equal(rowsOf(db, "m").length, 2);
    assert.deepEqual(allRows(again, ["m"]), allRows(db, ["m"]));
  });

  it("skips what was deleted since, and knows a table from an earlier one of the same name", async () => {
    const db = await rig();
    const commands = db.catalog.databaseCommands;
    await db.write("m f=1 1\nn f=1 1");
    await db.write("x f=1 1", { database: "gone" });
    await commands.deleteTable("db", "m", { kind: "default" });
    await commands.deleteDatabase("gone", { kind: "default" });
    await db.write("m f=2i 2");
    await db.write("x f=2i 2", { database: "gone" });
    const problems: string[] = [];
    const again = await restarted(db, { ...silentLogger, error: (text) => void problems.push(text) });
    assert.deepEqual(rowsOf(again, "m"), [{ time: 2n, f: 2n }]);
    assert.deepEqual(rowsOf(again, "n"), [{ time: 1n, f: 1 }]);
    assert.deepEqual(rowsOf(again, "x", "gone"), [{ time: 2n, f: 2n }]);
    assert.deepEqual(problems, []);
  });

  it("counts and logs rows that the catalog no longer fits, and goes on", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    const [entry] = db.wal.stored;
    const wal = new FakeWal({ immediate: true });
    for (const text of ["m g=1 2", "m f=1i 3", "m f=4 4"])
      wal.stored.push({ ...entry!, bytes: Buffer.from(text) });
    const problems: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      error: (_text, fields) => void problems.push(fields?.["first_error"]),
    };
    const again = await rig({ catalog: db.catalog, wal, logger });
    assert.deepEqual(rowsOf(again, "m"), [{ time: 4n, f: 4 }]);
    assert.deepEqual(problems, [
      "table 'm' has no column 'g'",
      "invalid column type for column 'f', expected iox::column_type::field::float, got iox::column_type::field::integer",
    ]);
  });

  it("stops when the catalog is older than the log: its ids may mean other databases", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    const wal = new FakeWal({ immediate: true });
    wal.stored.push(...db.wal.stored);
    await assert.rejects(rig({ wal }), (error: Error & { exitCode?: number }) => {
      assert.match(
        error.message,
        /^the catalog ends at commit 1, but the write-ahead log holds .* commit 2: /,
      );
      assert.match(error.message, /Restore .*`catalog`.*move the `wal` directory/);
      return error.exitCode === 3;
    });
    const foreign = new FakeWal({ immediate: true });
    foreign.stored.push({ ...db.wal.stored[0]!, databaseId: 99 });
    await assert.rejects(
      rig({ catalog: db.catalog, wal: foreign }),
      /^CatalogBehindLogError: the write-ahead log holds writes to database 99, which the catalog never had: /,
    );
  });
});
