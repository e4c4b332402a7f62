import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type Cut, fileSystemsOf, VirtualDisk } from "../support/virtual-disk/index.ts";
import { openRig, randomOf, replayOnly } from "./rig.ts";

const IMAGES_A_STEP = process.env["MILLRACE_TEST_FULL"] ? 30 : 3;
const NODE = "/node";

interface Mark {
  /** Length of the tape when it came true. */
  readonly at: number;
  readonly sequence: number;
}

/** What a program did to a disk while it wrote, trimmed, recycled and started again. */
async function record(random: (bound: number) => number, syncs: boolean) {
  const disk = new VirtualDisk({ syncs });
  const acknowledged: (Mark & { text: string })[] = [];
  const trimmed: Mark[] = [{ at: 0, sequence: 0 }];
  const sent: string[] = [];
  for (let run = 0; run < 3; run++) {
    const after = trimmed.at(-1)!.sequence;
    const rig = await openRig(NODE, { fs: fileSystemsOf(disk).wal, after, segmentBytes: 2048, maxSpares: 2 });
    for (let i = 0; i < 25; i++) {
      const text = `r${run} i=${i} ${"z".repeat(random(700))}`;
      sent.push(text);
      await rig.write(text);
      const sequence = await rig.wal.boundary();
      acknowledged.push({ at: disk.tape.length, sequence, text });
      if (i % 8 !== 7) continue;
      trimmed.push({ at: disk.tape.length, sequence: sequence - random(3) });
      await rig.wal.trim(trimmed.at(-1)!.sequence);
    }
    // A process that is killed closes nothing.
    if (run !== 1) await rig.wal.close();
  }
  return { tape: disk.tape, acknowledged, trimmed, sent };
}

/** The first thing that is wrong with what is left after a power cut. */
async function findLoss(seed: number, syncs: boolean): Promise<string | undefined> {
  const { random } = randomOf(seed);
  const { tape, acknowledged, trimmed, sent } = await record(random, syncs);
  const disk = new VirtualDisk({ syncs });
  for (let at = 0; at <= tape.length; at++) {
    if (at > 0) disk.apply(tape[at - 1]!);
    for (let image = 0; image < IMAGES_A_STEP; image++) {
      const chance = () => random(1000) / 1000;
      const cut: Cut = image === 0 ? "nothing" : image === 1 && at % 4 === 0 ? "everything" : { chance };
      const after = trimmed.findLast((mark) => mark.at <= at)!.sequence;
      const promised = acknowledged.filter((mark) => mark.at <= at && mark.sequence > after);
      const where = `seed ${seed}, operation ${at} of ${tape.length}, image ${image}`;
      const fs = fileSystemsOf(disk.afterPowerCut(cut)).wal;
      const outcome = await replayOnly(NODE, { fs, after }).catch((error: unknown) => error as Error);
      if (outcome instanceof Error) return `${where}: ${outcome.message}`;
      const { texts } = outcome;
      if (texts.some((text) => !sent.includes(text))) return `${where}: something never sent`;
      const lost = promised.find(({ text }) => !texts.includes(text));
      if (lost !== undefined) return `${where}: lost group ${lost.sequence}`;
      if (texts.some((text, i) => i > 0 && sent.indexOf(text) <= sent.indexOf(texts[i - 1]!))) {
        return `${where}: not in order`;
      }
    }
  }
  return undefined;
}

describe("a log whose machine loses power", () => {
  it("has everything that was acknowledged, at every operation of writing, trimming and recycling", async function () {
    this.timeout(120_000);
    assert.equal(await findLoss(randomInt(1_000_000), true), undefined);
  });

  it("would lose writes on a disk that only pretends to sync", async () => {
    assert.match((await findLoss(randomInt(1_000_000), false)) ?? "nothing", /lost group|damaged/);
  });
});
