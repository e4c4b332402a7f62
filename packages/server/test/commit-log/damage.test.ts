import assert from "node:assert/strict";
import { encodeFile, encodeLines } from "#src/commit-log/format.js";
import { CommitLog, LogDamagedError } from "#src/commit-log/index.js";
import { crc32, silentLogger } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";

const LAYOUT = {
  subject: "tally",
  directory: "node/tally",
  extension: "tally",
  logMagic: "TALLYLOG",
  checkpointMagic: "TALLYCHK",
};
const CHECKPOINT = "node/tally/checkpoint";
const logKey = (sequence: number) => `node/tally/logs/${String(sequence).padStart(20, "0")}.tally`;
const open = (store: MemoryStore, writer = 1) =>
  new CommitLog<{ add: number }>({
    store,
    layout: LAYOUT,
    random: (sizeBytes) => Buffer.alloc(sizeBytes, writer),
    logger: silentLogger,
  });
const load = async (store: MemoryStore) => {
  const applied: unknown[] = [];
  await open(store).load((sequence, operations) => void applied.push([sequence, operations]));
  return applied;
};

/** Puts the right checksum into a file that was changed. */
function resealed(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

const log = (sequence: number, lines: string | Uint8Array = encodeLines([{ add: sequence }])) =>
  Buffer.from(encodeFile(LAYOUT.logMagic, { sequence, writer: 1n, attempt: 1 }, [Buffer.from(lines)]));

describe("damage in a log of commits", () => {
  const damages: [string, string, (store: MemoryStore) => Promise<unknown>, RegExp][] = [
    [
      "a header that is cut",
      logKey(2),
      (store) => store.put(logKey(2), log(2).subarray(0, 39)),
      /at byte 39: it ends inside the header of 40 bytes/,
    ],
    [
      "another kind of file",
      logKey(2),
      (store) =>
        store.put(logKey(2), encodeFile(LAYOUT.checkpointMagic, { sequence: 2, writer: 1n, attempt: 1 }, [])),
      /at byte 0: it does not begin with TALLYLOG/,
    ],
    [
      "the format of a newer server",
      logKey(2),
      (store) => {
        const file = log(2);
        file.writeUInt32LE(7, 8);
        return store.put(logKey(2), resealed(file));
      },
      /at byte 8: its format is version 7, this server reads version 1/,
    ],
    [
      "content that is cut",
      logKey(2),
      (store) => store.put(logKey(2), log(2).subarray(0, -2)),
      /at byte 32: it has 8 bytes of content where its header says 10/,
    ],
    [
      "a flipped bit",
      logKey(2),
      (store) => {
        const file = log(2);
        file[45]! ^= 1;
        return store.put(logKey(2), file);
      },
      /at byte 12: its checksum does not match/,
    ],
    [
      "a last line without an end",
      logKey(2),
      (store) => store.put(logKey(2), log(2, '{"add":1}\n{"add":2}')),
      /at byte 50: its last line has no end/,
    ],
    [
      "a line that is not JSON",
      logKey(2),
      (store) => store.put(logKey(2), log(2, '{"add":1}\n{"add":\n')),
      /at byte 50: the line is not JSON/,
    ],
    [
      "another commit's content",
      logKey(2),
      (store) => store.put(logKey(2), log(3)),
      /at byte 16: it holds another commit than its name says/,
    ],
    [
      "a missing commit",
      logKey(3),
      (store) => store.put(logKey(4), log(4)),
      /at byte 0: the file is missing/,
    ],
    [
      "a file with a name of its own",
      "node/tally/logs/notes.txt",
      (store) => store.put("node/tally/logs/notes.txt", Buffer.from("do not touch")),
      /a file of this name does not belong here/,
    ],
    [
      "a checkpoint that is not one",
      CHECKPOINT,
      (store) => store.put(CHECKPOINT, log(1)),
      /at byte 0: it does not begin with TALLYCHK/,
    ],
  ];
  for (const [what, file, spoil, message] of damages) {
    it(`is named with its file and its place: ${what}`, async () => {
      const store = new MemoryStore();
      await store.put(logKey(1), log(1));
      await store.put(logKey(2), log(2));
      await spoil(store);
      await assert.rejects(load(store), (error: unknown) => {
        assert.ok(error instanceof LogDamagedError, String(error));
        assert.equal(error.file, file);
        assert.equal(error.exitCode, 3);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("is a commit that goes while the log is read", async () => {
    const store = new MemoryStore();
    await store.put(logKey(1), log(1));
    store.get = async () => undefined;
    await assert.rejects(load(store), { file: logKey(1), message: /the file is missing/ });
  });

  it("is told from a defect of the reader", async () => {
    const store = new MemoryStore();
    await store.put(logKey(1), log(1));
    const defect = new TypeError("a defect");
    const reading = open(store).load(() => {
      throw defect;
    });
    await assert.rejects(reading, (error) => error === defect);
  });
});

describe("a checkpoint of a log of commits", () => {
  it("may hold more operations than are turned into text in one go", async () => {
    const store = new MemoryStore();
    const tally = open(store);
    await tally.load(() => {});
    const operations = Array.from({ length: 1234 }, (_, add) => ({ add }));
    for (let i = 0; i < 100; i++) await tally.append([{ add: 0 }]);
    tally.checkpointIfDue(() => operations);
    await tally.idle();
    assert.deepEqual(await load(store), [[100, operations]]);
  });

  it("removes the logs before the one before it, and only those", async () => {
    const store = new MemoryStore();
    const tally = open(store);
    await tally.load(() => {});
    for (let i = 0; i < 250; i++) {
      await tally.append([{ add: 1 }]);
      tally.checkpointIfDue(() => [{ add: tally.sequence }]);
      await tally.idle();
    }
    const kept = (await store.list("node/tally/logs/")).map(({ key }) => key);
    assert.deepEqual(
      kept,
      Array.from({ length: 150 }, (_, i) => logKey(101 + i)),
    );
    assert.equal((await load(store)).length, 51, "the checkpoint and the commits behind it");
  });
});
