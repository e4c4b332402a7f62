import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WalDamagedError } from "#src/wal/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { config, openRig, replayOnly, writeGroups } from "./rig.ts";

const HEADER = 64;
const TEXTS = ["one f=1", "two f=2", "three f=3", "four f=4"];
/** Where each group begins, and where the last one ends. */
const STARTS = [HEADER];
for (const text of TEXTS) STARTS.push(STARTS.at(-1)! + 64 + text.length);

describe("a log that ends or breaks", () => {
  const directory = temporaryDirectory();
  const file = (name = "00000000001.wal") => path.join(directory.path, "wal", name);

  /** A node directory with this content as its only segment. */
  function withSegment(name: string, content: Uint8Array): string {
    const node = path.join(directory.path, name);
    mkdirSync(path.join(node, "wal"), { recursive: true });
    writeFileSync(path.join(node, "wal", "00000000001.wal"), content);
    return node;
  }

  async function damageOf(node: string): Promise<WalDamagedError> {
    try {
      await replayOnly(node);
    } catch (error) {
      assert.ok(error instanceof WalDamagedError, String(error));
      assert.equal(error.exitCode, 3);
      return error;
    }
    throw new assert.AssertionError({ message: "the damage was not found" });
  }

  it("inside its last group, at any byte, ends before that group", async () => {
    await writeGroups(directory.path, TEXTS);
    const intact = readFileSync(file());
    for (let cut = STARTS[3]!; cut < STARTS[4]!; cut++) {
      // A torn write leaves a shorter file, or zeros where its bytes did not arrive.
      const short = withSegment(`short${cut}`, intact.subarray(0, cut));
      const { texts, result } = await replayOnly(short);
      assert.deepEqual(texts, TEXTS.slice(0, 3), `cut at ${cut}`);
      assert.equal(result.tornBytes > 0, cut > STARTS[3]!, `torn bytes at ${cut}`);
      const zeroed = Buffer.from(intact);
      zeroed.fill(0, cut);
      const node = withSegment(`zero${cut}`, zeroed);
      assert.deepEqual((await replayOnly(node)).texts, TEXTS.slice(0, 3));
      // The cut is final: the next run of the server goes on from there.
      await writeGroups(node, ["next f=1"]);
      const again = await replayOnly(node);
      assert.deepEqual(again.texts, [...TEXTS.slice(0, 3), "next f=1"]);
      assert.equal(again.result.tornBytes, 0);
      for (const name of [short, node]) rmSync(name, { recursive: true });
    }
  });

  it("inside its last group is cut with one warning", async () => {
    await writeGroups(directory.path, TEXTS);
    writeFileSync(file(), readFileSync(file()).subarray(0, STARTS[4]! - 3));
    const warnings: string[] = [];
    const { silentLogger } = await import("#src/foundation/index.js");
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    await replayOnly(directory.path, { logger });
    await replayOnly(directory.path, { logger });
    assert.deepEqual(warnings, ["cut off an unfinished write at the end of the write-ahead log"]);
  });

  it("by a flipped bit before its last group is damaged, and named with file and offset", async () => {
    await writeGroups(directory.path, TEXTS);
    const intact = readFileSync(file());
    for (let at = 0; at < STARTS[3]!; at++) {
      const flipped = Buffer.from(intact);
      flipped[at]! ^= 1 << (at % 8);
      const error = await damageOf(withSegment("flip", flipped));
      assert.equal(error.file, path.join(directory.path, "flip", "wal", "00000000001.wal"));
      const expected = at < HEADER ? 0 : STARTS[TEXTS.findIndex((_, i) => at < STARTS[i + 1]!)]!;
      assert.equal(error.offset, expected, `bit at ${at}`);
      assert.match(
        error.message,
        /^write-ahead log .*00000000001\.wal is damaged at byte \d+: .*--wal-recover/,
      );
    }
  });

  it("by a flipped bit in its last group cannot be told from a torn one: it is cut", async () => {
    await writeGroups(directory.path, TEXTS);
    const intact = readFileSync(file());
    for (let at = STARTS[3]!; at < STARTS[4]!; at++) {
      const flipped = Buffer.from(intact);
      flipped[at]! ^= 0x10;
      const { texts, result } = await replayOnly(withSegment("flip", flipped));
      assert.deepEqual(texts, TEXTS.slice(0, 3));
      assert.ok(result.tornBytes > 0);
    }
  });

  it("with a hole in the middle is damaged", async () => {
    await writeGroups(directory.path, TEXTS);
    const holed = readFileSync(file());
    holed.fill(0, STARTS[1], STARTS[2]);
    const error = await damageOf(withSegment("hole", holed));
    assert.equal(error.offset, STARTS[1]);
    assert.match(error.message, /1 group\(s\) before later ones are not intact/);
  });

  it("is not fooled by what a client sends", async () => {
    await writeGroups(directory.path, ["a f=1"]);
    const lap = readFileSync(file()).subarray(32, 40);
    const spoof = Buffer.alloc(64);
    spoof.write("MRGP");
    lap.copy(spoof, 8);
    spoof.writeBigUInt64LE(9n, 16);
    const rig = await openRig(directory.path);
    await rig.write(spoof.toString("latin1"));
    await rig.wal.close();
    const second = file("00000000002.wal");
    writeFileSync(second, readFileSync(second).subarray(0, HEADER + 120));
    assert.deepEqual((await replayOnly(directory.path)).texts, ["a f=1"]);
  });

  describe("over several segments", () => {
    const texts = Array.from({ length: 40 }, (_, i) => `t${i} f="${"x".repeat(300)}"`);
    const segments = () => readdirSync(path.join(directory.path, "wal")).sort();

    beforeEach(() => writeGroups(directory.path, texts, 4096));

    it("names a missing file", async () => {
      rmSync(file(segments()[1]));
      const error = await damageOf(directory.path);
      assert.equal(error.file, file(segments()[0]).replace("01.wal", "02.wal"));
      assert.match(error.message, /the file is missing/);
    });

    it("names a missing first file, although nothing before it is there to miss it", async () => {
      rmSync(file(segments()[0]));
      const error = await damageOf(directory.path);
      assert.equal(error.file, file("00000000001.wal"));
      assert.match(error.message, /the file is missing/);
    });

    it("finds a segment that lost its end", async () => {
      const first = readFileSync(file(segments()[0]));
      writeFileSync(file(segments()[0]), first.subarray(0, first.length - 400));
      const error = await damageOf(directory.path);
      assert.equal(error.file, file(segments()[0]));
      assert.match(error.message, /1 group\(s\) before the next segment are not intact/);
    });

    it("finds a segment that is another's copy", async () => {
      copyFileSync(file(segments()[0]), file(segments()[2]));
      const error = await damageOf(directory.path);
      assert.equal(error.file, file(segments()[2]));
      assert.match(error.message, /its header belongs to segment 1/);
    });

    it("refuses the format of a newer server", async () => {
      const second = readFileSync(file(segments()[1]));
      second.writeUInt32LE(2, 8);
      writeFileSync(file(segments()[1]), second);
      assert.match((await damageOf(directory.path)).message, /its format is version 2/);
    });
  });

  describe("with --wal-recover", () => {
    const recover = { config: { ...config, recover: true } };

    it("goes on behind the damage, and later starts need not be told again", async () => {
      await writeGroups(directory.path, TEXTS);
      const damaged = readFileSync(file());
      damaged[STARTS[1]! + 40]! ^= 1;
      writeFileSync(file(), damaged);
      await damageOf(directory.path);
      const { texts } = await replayOnly(directory.path, recover);
      assert.deepEqual(texts, ["one f=1", "three f=3", "four f=4"]);
      await writeGroups(directory.path, ["five f=5"]);
      assert.deepEqual((await replayOnly(directory.path)).texts, [
        "one f=1",
        "three f=3",
        "four f=4",
        "five f=5",
      ]);
      assert.equal(readFileSync(file())[STARTS[1]! + 40], damaged[STARTS[1]! + 40], "the evidence stays");
    });

    it("still stops at new damage", async () => {
      await writeGroups(directory.path, TEXTS);
      const damaged = readFileSync(file());
      damaged[STARTS[0]! + 40]! ^= 1;
      writeFileSync(file(), damaged);
      await replayOnly(directory.path, recover);
      damaged[STARTS[2]! + 40]! ^= 1;
      writeFileSync(file(), damaged);
      assert.equal((await damageOf(directory.path)).offset, STARTS[2]);
    });

    const texts = Array.from({ length: 40 }, (_, i) => `t${i} f="${"x".repeat(300)}"`);
    const damages: [string, (names: string[]) => void][] = [
      ["the header of a segment in the middle", (names) => spoil(names[1]!)],
      ["the header of the last segment", (names) => spoil(names.at(-1)!)],
      ["the header of the first segment", (names) => spoil(names[0]!)],
      ["a missing segment", (names) => rmSync(names[1]!)],
      ["a missing first segment", (names) => rmSync(names[0]!)],
      [
        "a segment's lost end",
        (names) => writeFileSync(names[1]!, readFileSync(names[1]!).subarray(0, 1000)),
      ],
    ];
    const spoil = (name: string) => {
      const content = readFileSync(name);
      content[20]! ^= 0xff;
      writeFileSync(name, content);
    };
    for (const [what, spoilIt] of damages) {
      it(`goes on without ${what}, and keeps what is written then`, async () => {
        await writeGroups(directory.path, texts, 4096);
        spoilIt(
          readdirSync(path.join(directory.path, "wal"))
            .sort()
            .map((name) => file(name)),
        );
        await damageOf(directory.path);
        const survivors = (await replayOnly(directory.path, recover)).texts;
        assert.ok(survivors.length > 0 && survivors.length < texts.length);
        assert.deepEqual(
          survivors,
          texts.filter((text) => survivors.includes(text)),
        );
        await writeGroups(directory.path, ["later f=1", "later f=2"], 4096);
        const expected = [...survivors, "later f=1", "later f=2"];
        assert.deepEqual((await replayOnly(directory.path)).texts, expected);
        await writeGroups(directory.path, ["last f=1"], 4096);
        assert.deepEqual((await replayOnly(directory.path)).texts, [...expected, "last f=1"]);
      });
    }
  });
});
