import assert from "node:assert/strict";
import path from "node:path";
import fc from "fast-check";
import { runCompaction } from "#src/storage/compaction/index.js";
import type { CompactionTask, DataFile, NewFile } from "#src/storage/index.js";
import { runSnapshot } from "#src/storage/snapshot/index.js";
import { columns, randomRow } from "../storage-merge/random-rows.ts";
import { mergeRows, type Row } from "../storage-merge/rows.ts";
import { depsIn, readWithDuckDb, snapshotTask } from "../storage-snapshot/rig.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const ofOneDay = fc.array(
  fc.tuple(randomRow, fc.bigInt({ min: 0n, max: 6n })).map(([row, time]): Row => ({ ...row, time })),
  { minLength: 1, maxLength: 60, size: "max" },
);

const table = { tableId: 3, databaseId: 5, columns };
let names = 0;

function compactionTask(inputs: readonly DataFile[]): CompactionTask {
  return { naming: { directory: "node/dbs", name: `merged-${++names}` }, table, inputs, createdAtMs: 99 };
}

const withId = (file: NewFile, id: number): DataFile => ({ ...file, id });

describe("compaction", () => {
  const directory = temporaryDirectory();

  async function snapshotOf(rows: readonly Row[], snapshot: number): Promise<DataFile> {
    const task = snapshotTask([{ ...table, rows }], snapshot);
    const { files } = await runSnapshot(task, depsIn(directory.path));
    return withId(files[0]!, snapshot);
  }

  async function merge(inputs: readonly DataFile[]): Promise<NewFile> {
    const { files } = await runCompaction(compactionTask(inputs), depsIn(directory.path));
    assert.equal(files.length, 1);
    return files[0]!;
  }

  it("gives what the snapshots together hold, in whatever order neighbours are merged", async () => {
    const tables = fc.array(ofOneDay, { minLength: 2, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(tables, fc.infiniteStream(fc.nat()), async (snapshots, choices) => {
        let files: DataFile[] = [];
        for (const [at, rows] of snapshots.entries()) files.push(await snapshotOf(rows, at + 1));
        let nextId = 100;
        while (files.length > 1) {
          const start = choices.next().value % (files.length - 1);
          const end = start + 2 + (choices.next().value % (files.length - start - 1));
          const output = await merge(files.slice(start, end));
          assert.equal(output.firstSnapshot, files[start]!.firstSnapshot);
          assert.equal(output.lastSnapshot, files[end - 1]!.lastSnapshot);
          files = [...files.slice(0, start), withId(output, nextId++), ...files.slice(end)];
        }
        const file = files[0]!;
        const expected = mergeRows(snapshots.flat());
        assert.equal(file.rowCount, expected.length);
        const stored = path.join(directory.path, file.key);
        assert.deepEqual(await readWithDuckDb(stored, columns, file.columnIds), expected);
      }),
      { numRuns: 25 },
    );
  });

  it("leaves its inputs alone and no file behind when the store fails", async () => {
    const row: Row = { tags: ["a", null, null], time: 1n, fields: { 3: 1 } };
    const inputs = [await snapshotOf([row], 1), await snapshotOf([row], 2)];
    const deps = depsIn(directory.path);
    const store = {
      get: (key: string) => deps.store.get(key),
      list: (prefix: string) => deps.store.list(prefix),
      delete: (key: string) => deps.store.delete(key),
      put: async (key: string, bytes: Uint8Array) => {
        await deps.store.put(key, bytes);
        throw new Error("no space");
      },
    };
    await assert.rejects(runCompaction(compactionTask(inputs), { ...deps, store }), /no space/);
    assert.deepEqual(
      (await deps.store.list("node/")).map(({ key }) => key),
      inputs.map(({ key }) => key).sort(),
    );
  });

  it("names an input that is gone or damaged", async () => {
    const row: Row = { tags: ["a", null, null], time: 1n, fields: { 3: 1 } };
    const inputs = [await snapshotOf([row], 1), await snapshotOf([row], 2)];
    const deps = depsIn(directory.path);
    await deps.store.put(inputs[1]!.key, new Uint8Array(40));
    await assert.rejects(runCompaction(compactionTask(inputs), deps), (error: Error) =>
      error.message.includes(inputs[1]!.key),
    );
    await deps.store.delete(inputs[0]!.key);
    await assert.rejects(runCompaction(compactionTask(inputs), deps), (error: Error) =>
      error.message.includes(inputs[0]!.key),
    );
  });
});
