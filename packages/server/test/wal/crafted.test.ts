import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { nodeWalFileSystem, openWal, WalDamagedError } from "#src/wal/index.js";
import {
  encodeFrameHeader,
  encodeGroupHeader,
  encodeSegmentHeader,
  FRAME_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  sealGroupHeader,
} from "#src/wal/segment-format.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { config, type RigOptions, replayOnly, writeGroups } from "./rig.ts";

const lap = 77n;
const recover = { config: { ...config, recover: true } };

/** A group whose checksum is right, whatever its frames say about themselves. */
function group(sequence: number, payload: Uint8Array, frames: number): Uint8Array {
  const header = new Uint8Array(GROUP_HEADER_BYTES);
  encodeGroupHeader(header, { lap, sequence, payloadBytes: payload.length, frames });
  sealGroupHeader(header, [payload]);
  return Buffer.concat([header, payload]);
}

function frame(text: string, claimedLength = text.length): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  const more = { databaseId: 1, catalogSequence: 1, defaultTimeNs: 0n, precision: 0 };
  encodeFrameHeader(header, 0, { length: claimedLength, ...more });
  return Buffer.concat([header, Buffer.from(text)]);
}

function segment(number: number, groups: Uint8Array[], firstSequence = number): Uint8Array {
  return Buffer.concat([encodeSegmentHeader({ number, firstSequence, lap }), ...groups]);
}

const contradictions: [string, Uint8Array, number, RegExp][] = [
  ["whose frame is longer than itself", frame("a f=1", 6), 1, /a frame reaches beyond its group/],
  ["that ends inside a frame header", frame("a f=1"), 2, /a frame header reaches beyond its group/],
  ["that is longer than its frames", frame("a f=1"), 0, /the group is longer than its frames/],
];

async function damageOf(directory: string | undefined, options?: RigOptions): Promise<WalDamagedError> {
  const error = await replayOnly(directory, options).then(
    () => assert.fail("the damage was not found"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof WalDamagedError, String(error));
  return error;
}

describe("a group with the right checksum and content that contradicts itself", () => {
  const directory = temporaryDirectory();

  for (const [what, payload, frames, message] of contradictions) {
    it(`${what}, in a file, is damage`, async () => {
      mkdirSync(path.join(directory.path, "wal"));
      const groups = [group(1, payload, frames), group(2, frame("b f=1"), 1)];
      writeFileSync(path.join(directory.path, "wal", "00000000001.wal"), segment(1, groups));
      const error = await damageOf(directory.path);
      assert.match(error.message, message);
      assert.equal(error.offset, SEGMENT_HEADER_BYTES);
      assert.equal((await replayOnly(directory.path, recover)).texts.at(-1), "b f=1");
    });

    it(`${what}, in an object, is damage`, async () => {
      const store = new MemoryStore();
      const objects = { store, prefix: "node" };
      await store.put("node/wal/00000000001.wal", segment(1, [group(1, payload, frames)]));
      await store.put("node/wal/00000000002.wal", segment(2, [group(2, frame("b f=1"), 1)]));
      const error = await damageOf(undefined, { objects });
      assert.match(error.message, message);
      assert.equal(error.file, "node/wal/00000000001.wal");
      assert.equal((await replayOnly(undefined, { objects, ...recover })).texts.at(-1), "b f=1");
    });
  }
});

describe("an object of the log", () => {
  const objectOf = async (content: Uint8Array) => {
    const store = new MemoryStore();
    await store.put("node/wal/00000000001.wal", content);
    return damageOf(undefined, { objects: { store, prefix: "node" } });
  };

  it("is damaged when it is another one's copy", async () => {
    const error = await objectOf(segment(2, [group(2, frame("b f=1"), 1)]));
    assert.match(error.message, /its header belongs to segment 2/);
    assert.equal(error.offset, 0);
  });

  it("is damaged when something follows its group", async () => {
    const whole = segment(1, [group(1, frame("b f=1"), 1)]);
    const error = await objectOf(Buffer.concat([whole, Buffer.alloc(1)]));
    assert.match(error.message, /bytes follow its group/);
    assert.equal(error.offset, whole.length);
  });

  it("is damaged when it goes while the log is read", async () => {
    const store = new MemoryStore();
    await store.put("node/wal/00000000001.wal", segment(1, [group(1, frame("a f=1"), 1)]));
    store.get = async () => undefined;
    const error = await damageOf(undefined, { objects: { store, prefix: "node" } });
    assert.match(error.message, /the object is missing/);
  });

  it("is fetched ahead of its turn only while what is ahead is not large", async () => {
    const store = new MemoryStore();
    const large = Buffer.alloc(24 * 1024 * 1024, "x").toString("latin1");
    for (let number = 1; number <= 4; number++) {
      const content = segment(number, [group(number, frame(number === 4 ? "last f=1" : large), 1)]);
      await store.put(`node/wal/0000000000${number}.wal`, content);
    }
    let fetched = 0;
    const get = store.get.bind(store);
    store.get = (key) => {
      if (key.endsWith(".wal")) fetched++;
      return get(key);
    };
    const fetchedBefore: number[] = [];
    const wal = openWal({
      config,
      nodeDirectory: undefined,
      objects: { store, prefix: "node" },
      logger: silentLogger,
      onFatal() {},
    });
    await wal.replay(() => void fetchedBefore.push(fetched), { after: 0 });
    assert.deepEqual(fetchedBefore, [2, 4, 4, 4]);
  });
});

describe("files of a log", () => {
  const directory = temporaryDirectory();
  const walFile = (name: string) => path.join(directory.path, "wal", name);

  it("that begin behind what data files hold are damage, although none is missing before them", async () => {
    mkdirSync(path.join(directory.path, "wal"));
    writeFileSync(walFile("00000000001.wal"), segment(1, [group(5, frame("e f=1"), 1)], 5));
    assert.deepEqual((await replayOnly(directory.path, { after: 4 })).texts, ["e f=1"]);
    const error = await damageOf(directory.path, { after: 2 });
    assert.match(error.message, /the log begins with group 5, and data files end with group 2/);
    assert.equal(error.file, walFile("00000000001.wal"));
    assert.deepEqual((await replayOnly(directory.path, { ...recover, after: 2 })).texts, ["e f=1"]);
  });

  it("that shrink while they are read end where they end now", async () => {
    await writeGroups(directory.path, ["a f=1", "b f=1"]);
    const whole = readFileSync(walFile("00000000001.wal"));
    const kept = SEGMENT_HEADER_BYTES + GROUP_HEADER_BYTES + FRAME_HEADER_BYTES + "a f=1".length;
    const fs = {
      ...nodeWalFileSystem,
      read(file: number, target: Uint8Array, position: number) {
        // The first read is that of the header, by which the log knows the size.
        if (target.length > SEGMENT_HEADER_BYTES)
          writeFileSync(walFile("00000000001.wal"), whole.subarray(0, kept));
        return nodeWalFileSystem.read(file, target, position);
      },
    };
    const { texts, result } = await replayOnly(directory.path, { fs });
    assert.deepEqual(texts, ["a f=1"]);
    assert.equal(result.tornBytes, 0);
  });

  it("report accepted damage again when nobody can read any more what was accepted", async () => {
    await writeGroups(directory.path, ["a f=1", "b f=1", "c f=1"]);
    const file = walFile("00000000001.wal");
    const content = readFileSync(file);
    content[SEGMENT_HEADER_BYTES + 40]! ^= 1;
    writeFileSync(file, content);
    await replayOnly(directory.path, recover);
    assert.equal((await replayOnly(directory.path)).texts.length, 2);
    const memory = walFile("accepted-damage.json");
    for (const spoiled of ["not JSON", '{"segment":1}']) {
      writeFileSync(memory, spoiled);
      assert.equal((await damageOf(directory.path)).offset, SEGMENT_HEADER_BYTES);
    }
  });
});
