import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { silentLogger } from "#src/foundation/index.js";
import { WalDamagedError, type WalFileSystem } from "#src/wal/index.js";
import { fileSystemsOf, VirtualDisk } from "../support/virtual-disk/index.ts";
import { openRig, randomOf, replayOnly } from "./rig.ts";

const FULL = Boolean(process.env["MILLRACE_TEST_FULL"]);
const FLIPS = FULL ? 10_000 : 600;
/** Every byte in the full run; otherwise a prime step, which meets every place of a group sooner or later. */
const CUT_STEP = FULL ? 1 : 61;
const NODE = "/node";
const DIRECTORY = "/node/wal";

type Files = ReadonlyMap<string, Uint8Array>;

function filesOf(fs: WalFileSystem): Files {
  return new Map(fs.list(DIRECTORY).map((name) => [name, fs.readFile(`${DIRECTORY}/${name}`)]));
}

function diskWith(files: Files): WalFileSystem {
  const fs = fileSystemsOf(new VirtualDisk()).wal;
  fs.makeDirectory(DIRECTORY);
  for (const [name, bytes] of files) {
    const file = fs.open(`${DIRECTORY}/${name}`, "create");
    fs.write(file, [bytes], 0);
    fs.sync(file);
    fs.close(file);
  }
  fs.syncDirectory(DIRECTORY);
  return fs;
}

/** A log of several segments, some of them written over former ones, with a data file that holds its begin. */
async function recycledLog(): Promise<{ files: Files; after: number; texts: string[] }> {
  const fs = fileSystemsOf(new VirtualDisk()).wal;
  const rig = await openRig(NODE, { fs, segmentBytes: 4096, maxSpares: 3 });
  const texts = Array.from({ length: 60 }, (_, i) => `t${i} f="${"x".repeat((i * 53) % 700)}"`);
  for (const [i, text] of texts.entries()) {
    await rig.write(text);
    if (i === 39) await rig.wal.trim(36);
  }
  assert.ok(rig.wal.stats.segmentsRecycled >= 2);
  await rig.wal.close();
  return { files: filesOf(fs), after: 36, texts: texts.slice(36) };
}

describe("a damaged log", () => {
  it(`of several segments is read up to its last group or named, after each of ${FLIPS} random bit flips`, async function () {
    this.timeout(300_000);
    const { random, seed } = randomOf(randomInt(1_000_000));
    const { files, after, texts } = await recycledLog();
    const segments = [...files.keys()].filter((name) => name.endsWith(".wal")).sort();
    assert.ok(segments.length >= 3, segments.join());
    const outcomes = { named: 0, harmless: 0, cut: 0 };
    for (let round = 0; round < FLIPS; round++) {
      const target = segments[random(segments.length)]!;
      const flipped = files.get(target)!.slice();
      const at = random(flipped.length);
      flipped[at]! ^= 1 << random(8);
      const fs = diskWith(new Map([...files, [target, flipped]]));
      const outcome = await replayOnly(NODE, { fs, after }).catch((error: unknown) => error);
      const where = `seed ${seed}, round ${round}: ${target} byte ${at}`;
      if (outcome instanceof Error) {
        assert.ok(outcome instanceof WalDamagedError, `${where}: ${outcome}`);
        assert.equal(outcome.file, `${DIRECTORY}/${target}`, where);
        outcomes.named++;
        continue;
      }
      const { texts: found, result } = outcome as Awaited<ReturnType<typeof replayOnly>>;
      assert.deepEqual(found, texts.slice(0, found.length), where);
      // Either the bit was in unused space, or the last group is gone, which looks like an unfinished write.
      assert.ok(
        found.length === texts.length || (found.length === texts.length - 1 && result.tornBytes > 0),
        where,
      );
      if (found.length === texts.length) outcomes.harmless++;
      else outcomes.cut++;
    }
    assert.ok(outcomes.named > 0 && outcomes.harmless > 0, JSON.stringify(outcomes));
  });

  it(`of 64 kB ends before the group it is cut in, with one warning, at every ${CUT_STEP}. byte`, async function () {
    this.timeout(600_000);
    const source = fileSystemsOf(new VirtualDisk()).wal;
    const rig = await openRig(NODE, { fs: source });
    const ends = [64];
    const texts: string[] = [];
    for (let i = 0; ends.at(-1)! < 65_536; i++) {
      const text = `t${i} f="${"x".repeat((i * 97) % 1500)}"`;
      await rig.write(text);
      texts.push(text);
      ends.push(ends.at(-1)! + 64 + text.length);
    }
    await rig.wal.close();
    const name = "00000000001.wal";
    const intact = filesOf(source).get(name)!;
    for (let cut = 64; cut < ends.at(-1)!; cut += CUT_STEP) {
      const whole = ends.findLastIndex((end) => end <= cut);
      const onEdge = ends[whole] === cut;
      let warnings = 0;
      const logger = { ...silentLogger, warn: () => void warnings++ };
      const fs = diskWith(new Map([[name, intact.subarray(0, cut)]]));
      const first = await replayOnly(NODE, { fs, logger });
      assert.equal(first.texts.length, whole, `cut at ${cut}`);
      assert.equal(first.texts.at(-1), texts[whole - 1], `cut at ${cut}`);
      assert.equal(warnings, onEdge ? 0 : 1, `cut at ${cut}`);
      assert.equal((await replayOnly(NODE, { fs, logger })).texts.length, whole);
      assert.equal(warnings, onEdge ? 0 : 1, `cut at ${cut}: told once`);
    }
    for (let cut = 0; cut < 64; cut++) {
      const fs = diskWith(new Map([[name, intact.subarray(0, cut)]]));
      await assert.rejects(replayOnly(NODE, { fs }), WalDamagedError, "a header is never unfinished");
    }
  });
});
