import assert from "node:assert/strict";
import path from "node:path";
import fc from "fast-check";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";
import { DAY_NS, type NewFile } from "#src/storage/index.js";
import { runSnapshot } from "#src/storage/snapshot/index.js";
import { columns, randomRow } from "../storage-merge/random-rows.ts";
import { mergeRows, type Row } from "../storage-merge/rows.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { depsIn, readWithDuckDb, snapshotTask, type WrittenTable } from "./rig.ts";

/** DuckDB keeps the ends of the range for infinity. */
const time = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: -4n, max: 4n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: -3n, max: 3n }).map((day) => day * DAY_NS - 1n) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }) },
);
const rows = fc.array(
  fc.tuple(randomRow, time).map(([row, at]): Row => ({ ...row, time: at })),
  { minLength: 1, maxLength: 120, size: "max" },
);

const floorDay = (at: bigint): number => Number((at - (((at % DAY_NS) + DAY_NS) % DAY_NS)) / DAY_NS);

async function checkFile(root: string, file: NewFile, { rows: written, columns: all }: WrittenTable) {
  const expected = mergeRows(written).filter((row) => floorDay(row.time) === file.day);
  assert.deepEqual(await readWithDuckDb(path.join(root, file.key), all, file.columnIds), expected);
  assert.equal(file.rowCount, expected.length);
  const times = expected.map((row) => row.time).sort((a, b) => (a < b ? -1 : 1));
  assert.equal(file.minTimeNs, times[0]);
  assert.equal(file.maxTimeNs, times.at(-1));
}

describe("a snapshot", () => {
  const directory = temporaryDirectory();

  it("holds every point once, in a file for each table and day, as DuckDB reads it", async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (first, second) => {
        const tables = [
          { tableId: 3, columns, rows: first },
          { tableId: 4, columns, rows: second },
        ];
        const deps = depsIn(directory.path);
        const { files, figures } = await runSnapshot(snapshotTask(tables, 7), deps);
        const stored = new Map(
          (await deps.store.list("node/")).map(({ key, sizeBytes }) => [key, sizeBytes]),
        );
        for (const table of tables) {
          const own = files.filter(({ tableId }) => tableId === table.tableId);
          const days = new Set(table.rows.map((row) => floorDay(row.time)));
          assert.deepEqual(
            own.map(({ day }) => day),
            [...days].sort((a, b) => a - b),
          );
          for (const file of own) {
            assert.equal(stored.get(file.key), file.sizeBytes);
            assert.deepEqual([file.databaseId, file.firstSnapshot, file.lastSnapshot], [5, 7, 7]);
            await checkFile(directory.path, file, table);
          }
        }
        assert.equal(
          figures.rows,
          files.reduce((sum, { rowCount }) => sum + rowCount, 0),
        );
      }),
      { numRuns: 15 },
    );
  });

  it("leaves out columns without values, and tables that it is not asked for", async () => {
    const point: Row = { tags: [null, "b", null], time: 5n, fields: { 4: 1n } };
    const task = snapshotTask([
      { tableId: 1, columns, rows: [point] },
      { tableId: 2, columns, rows: [point] },
    ]);
    const { files } = await runSnapshot({ ...task, tables: task.tables.slice(0, 1) }, depsIn(directory.path));
    assert.deepEqual(
      files.map(({ tableId, columnIds, key }) => ({ tableId, columnIds, key })),
      [{ tableId: 1, columnIds: [0, 1, 4], key: `node/dbs/5/1/1970-01-01/${task.naming.name}.parquet` }],
    );
  });

  it("fails as a whole when any put fails, and leaves nothing behind", async () => {
    const point = (day: number): Row => ({
      tags: [null, null, null],
      time: BigInt(day) * DAY_NS,
      fields: { 3: 1 },
    });
    const tables = [1, 2, 3].map((tableId) => ({ tableId, columns, rows: [point(0), point(1)] }));
    for (let failing = 1; failing <= 6; failing++) {
      const memory = new MemoryStore();
      let puts = 0;
      const store: ObjectStore = {
        get: (key) => memory.get(key),
        list: (prefix) => memory.list(prefix),
        delete: (key) => memory.delete(key),
        put: async (key, bytes) => {
          // Stored nevertheless: an answer may be lost on its way.
          await memory.put(key, bytes);
          if (++puts === failing) throw new Error("connection reset");
          return "written";
        },
      };
      const deps = { ...depsIn(directory.path), store };
      await assert.rejects(runSnapshot(snapshotTask(tables), deps), /connection reset/);
      assert.deepEqual(await memory.list(""), []);
    }
  });
});
