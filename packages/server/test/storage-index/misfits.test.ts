import assert from "node:assert/strict";
import { encodeFile, encodeLines } from "#src/commit-log/format.js";
import { LogDamagedError } from "#src/commit-log/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { Manifest } from "#src/storage/file-index/index.js";

const logKey = (sequence: number) => `node/snapshots/v1/logs/${String(sequence).padStart(20, "0")}.manifest`;

const file = (id: number, changes: object = {}) => ({
  op: "add-file",
  id,
  key: `node/dbs/1/4/1970-01-01/${id}.parquet`,
  database: 1,
  table: 4,
  day: 0,
  sizeBytes: 10,
  rowCount: 2,
  minTimeNs: "1",
  maxTimeNs: "2",
  snapshots: [id, id],
  columns: [0, 1],
  createdAtMs: 0,
  ...changes,
});

async function read(...commits: object[][]): Promise<Manifest> {
  const store = new MemoryStore();
  for (const [i, operations] of commits.entries()) {
    const header = { sequence: i + 1, writer: 1n, attempt: 1 };
    await store.put(logKey(i + 1), encodeFile("MRSNPLOG", header, [encodeLines(operations)]));
  }
  return Manifest.open({
    store,
    nodeId: "node",
    random: (sizeBytes) => new Uint8Array(sizeBytes),
    logger: silentLogger,
    catalog: { uuid: "c0ffee", sequence: 0 },
  });
}

describe("a manifest with the right checksum", () => {
  it("is read when it fits", async () => {
    const { index } = await read(
      [file(1)],
      [file(2), { op: "remove-file", id: 1 }],
      [{ op: "next-file-id", id: 9 }],
    );
    assert.deepEqual(
      index.files().map(({ id, minTimeNs, maxTimeNs }) => [id, minTimeNs, maxTimeNs]),
      [[2, 1n, 2n]],
    );
    assert.equal(index.nextFileId, 9);
  });

  const misfits: [string, object[], RegExp][] = [
    [
      "of an operation that this server does not know",
      [{ op: "paint-file", id: 1 }],
      /unknown operation 'paint-file'/,
    ],
    ["of an id that was given out before", [file(1, { key: "other" })], /file id 1 was given out before/],
    ["that gives ids out again", [{ op: "next-file-id", id: 1 }], /file id 1 was given out before/],
    ["of a time that is none", [file(2, { maxTimeNs: "soon" })], /'soon' is not a time/],
    ["of a time that is cut", [file(2, { minTimeNs: "" })], /'' is not a time/],
    ["that removes what is not there", [{ op: "remove-file", id: 7 }], /file 7 is removed, but not there/],
  ];
  for (const [what, operations, reason] of misfits) {
    it(`is damaged when it is one ${what}`, async () => {
      await assert.rejects(read([file(1)], operations), (error: unknown) => {
        assert.ok(error instanceof LogDamagedError, String(error));
        assert.equal(error.file, logKey(2));
        assert.match(error.message, reason);
        return true;
      });
    });
  }
});
