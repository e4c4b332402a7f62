import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import type { Operation, VirtualDisk } from "../support/virtual-disk/index.ts";
import { randomOf } from "../wal/rig.ts";
import { cutPower } from "./images.ts";
import { agedDisk } from "./prelude.ts";
import { Workload } from "./workload.ts";

const FULL = Boolean(process.env["MILLRACE_TEST_FULL"]);
const STEPS = 160;
const IMAGES = FULL ? 10_000 : 1000;
/** Each kind of cut, at every operation, in the full run. */
const IMAGES_EACH = FULL ? 3 : 1;

async function record(start: VirtualDisk, seed: number) {
  const { random } = randomOf(seed);
  const disk = start.afterPowerCut("everything");
  const workload = new Workload(disk, random);
  await workload.run(STEPS);
  return { start, tape: disk.tape, ledger: workload.ledger, random, workload };
}

describe("a node whose machine loses power", () => {
  let start: VirtualDisk;

  before(async () => {
    start = await agedDisk();
  });

  it(`has all that was acknowledged and nothing else, in ${IMAGES} images of writes, snapshots, merges, deletes and restarts`, async function () {
    this.timeout(FULL ? 3_600_000 : 120_000);
    for (let images = 0; images < IMAGES; ) {
      const seed = randomInt(1_000_000);
      const { workload, ...recording } = await record(start, seed);
      const where = `seed ${seed}`;
      assert.deepEqual(workload.failures, [], where);
      const { counts } = workload;
      assert.ok(
        counts.snapshots > 0 && counts.compactions > 0 && counts.kills > 0,
        `${where}: ${JSON.stringify(counts)}`,
      );
      const every = FULL ? 1 : Math.max(1, Math.floor(recording.tape.length / IMAGES));
      const outcome = await cutPower({ ...recording, every, imagesEach: IMAGES_EACH });
      assert.equal(outcome.problem, undefined, where);
      images += outcome.images;
    }
  });

  const syncless: [what: string, without: (operation: Operation, path: string) => boolean][] = [
    ["anything", ({ op }) => op === "sync" || op === "sync-directory"],
    ["the write-ahead log", ({ op }, path) => op === "sync" && path.includes("/wal/")],
    ["catalog files", ({ op }, path) => op === "sync" && path.includes("/catalog/")],
    ["manifests", ({ op }, path) => op === "sync" && path.includes("/snapshots/")],
    ["data files", ({ op }, path) => op === "sync" && path.includes("/dbs/")],
    ["directories", ({ op }) => op === "sync-directory"],
  ];
  for (const [what, without] of syncless) {
    it(`would lose something if it did not sync ${what}`, async function () {
      this.timeout(120_000);
      for (let tries = 0; tries < 3; tries++) {
        const { workload: _, ...recording } = await record(start, randomInt(1_000_000));
        const { problem } = await cutPower({ ...recording, every: 7, imagesEach: 1, without });
        if (problem !== undefined) {
          return;
        }
      }
      assert.fail("nothing was lost");
    });
  }
});
