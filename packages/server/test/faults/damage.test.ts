import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { LogDamagedError } from "#src/commit-log/index.js";
import { WalDamagedError } from "#src/wal/index.js";
import type { VirtualDisk } from "../support/virtual-disk/index.ts";
import { randomOf } from "../wal/rig.ts";
import { DiskProcess } from "./disk-place.ts";
import type { NodeOptions } from "./node.ts";
import { agedDisk } from "./prelude.ts";
import { readNode } from "./read-node.ts";
import { Trial } from "./trial.ts";

const FULL = Boolean(process.env["MILLRACE_TEST_FULL"]);
const FLIPS = FULL ? 10_000 : 150;
/** Of the files, one in so many is cut off and removed. */
const FILE_STEP = FULL ? 1 : 11;
const NODE = "/data/node";

/** A node with logs and checkpoints of all kinds, data files, and writes that are in no file yet. */
async function fullNode(random: (bound: number) => number) {
  const disk = await agedDisk();
  const process = new DiskProcess(disk);
  const node = await process.start();
  const trial = new Trial(node, random, () => disk.tape.length);
  for (let round = 0; round < 8; round++) await trial.prepare();
  for (let write = 0; write < 25; write++) await trial.write();
  await node.close();
  return { disk: disk.afterPowerCut("nothing"), ledger: trial.ledger, moment: disk.tape.length };
}

function filesBelow(disk: VirtualDisk, directory: string): string[] {
  return disk
    .list(directory)
    .flatMap(({ name, isDirectory }) =>
      isDirectory ? filesBelow(disk, `${directory}/${name}`) : [`${directory}/${name}`],
    );
}

/** A copy of the disk with other bytes in one file. */
function changed(disk: VirtualDisk, file: string, change: (bytes: Uint8Array) => Uint8Array): VirtualDisk {
  const copy = disk.afterPowerCut("everything");
  const content = copy.fileOf(file)!;
  const bytes = change(copy.contentOf(content).view().slice());
  copy.change(content, { kind: "truncate", sizeBytes: 0 });
  copy.change(content, { kind: "write", position: 0, bytes });
  return copy.afterPowerCut("everything");
}

type Outcome = Awaited<ReturnType<typeof readNode>> | Error;

async function startOn(disk: VirtualDisk, options?: NodeOptions) {
  const process = new DiskProcess(disk);
  try {
    const node = await process.start(options);
    return { outcome: (await readNode(node)) as Outcome, messages: node.messages };
  } catch (error) {
    return { outcome: error as Outcome, messages: [] };
  } finally {
    process.kill();
  }
}

describe("a node with a damaged file", () => {
  it(`names it and the place, or has everything that was acknowledged, after each of ${FLIPS} bit flips`, async function () {
    this.timeout(1_800_000);
    const { random, seed } = randomOf(randomInt(1_000_000));
    const { disk, ledger, moment } = await fullNode(random);
    const files = filesBelow(disk, NODE).filter((name) => !name.includes("/dbs/"));
    const kinds = [
      "/wal/",
      "/catalog/v1/logs/",
      "/catalog/v1/checkpoint",
      "/snapshots/v1/logs/",
      "/snapshots/v1/checkpoint",
    ];
    const outcomes = { named: 0, harmless: 0, cut: 0, recovered: 0 };
    for (let flip = 0; flip < FLIPS; flip++) {
      const kind = kinds[flip % kinds.length]!;
      const some = files.filter((name) => name.includes(kind));
      const file = some[random(some.length)]!;
      let at = 0;
      const damaged = changed(disk, file, (bytes) => {
        at = random(bytes.length);
        bytes[at]! ^= 1 << random(8);
        return bytes;
      });
      const where = `seed ${seed}, flip ${flip}: ${file}, byte ${at}`;
      const { outcome, messages } = await startOn(damaged);
      if (!(outcome instanceof Error)) {
        const problem = ledger.problem(outcome, moment);
        const torn = messages.filter(({ text }) => text.startsWith("cut off an unfinished write"));
        if (problem === undefined) outcomes.harmless++;
        // The last group of the log looks like a write that was never finished.
        else if (kind === "/wal/" && torn.length === 1) outcomes.cut++;
        else assert.fail(`${where}: ${problem}`);
        continue;
      }
      outcomes.named++;
      assertNamed(outcome, file, where);
      if (!(outcome instanceof WalDamagedError)) continue;
      const rest = await startOn(damaged, { recover: true });
      assert.ok(!(rest.outcome instanceof Error), `${where}: --wal-recover: ${rest.outcome}`);
      // Nothing is invented: what is found was sent, and the start says what it left out.
      assert.doesNotMatch(ledger.problem(rest.outcome, moment) ?? "", /never|not sent/, where);
      assert.ok(
        rest.messages.some(({ text }) => text.includes("its writes are lost")),
        where,
      );
      outcomes.recovered++;
    }
    assert.ok(outcomes.named > FLIPS / 2 && outcomes.recovered > 0, JSON.stringify(outcomes));
  });

  it("names each file that is gone or cut off", async function () {
    this.timeout(600_000);
    const { random, seed } = randomOf(randomInt(1_000_000));
    const { disk, ledger, moment } = await fullNode(random);
    const files = filesBelow(disk, NODE).filter((name) => !/dbs|\.spare$/.test(name));
    const offset = random(FILE_STEP);
    for (const [number, file] of files.entries()) {
      if (number % FILE_STEP !== offset) continue;
      const isLast =
        file.includes("/logs/") && !files[number + 1]?.startsWith(file.slice(0, file.lastIndexOf("/")));
      const cut = changed(disk, file, (bytes) => bytes.subarray(0, random(bytes.length)));
      const gone = disk.afterPowerCut("everything");
      gone.unlink(file);
      for (const damaged of [cut, gone]) {
        const { outcome, messages } = await startOn(damaged);
        const where = `seed ${seed}: ${file} ${damaged === cut ? "cut" : "gone"}`;
        if (outcome instanceof Error) {
          assert.equal((outcome as { exitCode?: number }).exitCode, 3, `${where}: ${outcome.stack}`);
          continue;
        }
        const problem = ledger.problem(outcome, moment);
        // Nothing tells of a last log that is gone; without its last segment the log ends earlier.
        if (problem === undefined || isLast) continue;
        assert.ok(file.includes("/wal/"), `${where}: ${problem}`);
        assert.ok(messages.length > 0 || damaged === gone, `${where}: ${problem}`);
      }
    }
  });
});

function assertNamed(error: Error, file: string, where: string): void {
  assert.ok(error instanceof WalDamagedError || error instanceof LogDamagedError, `${where}: ${error.stack}`);
  assert.equal(error.exitCode, 3);
  assert.ok(file.endsWith(error.file), `${where}: ${error.message}`);
  assert.ok(error.message.includes(error.file) && error.message.includes(`byte ${error.offset}`), where);
}
