import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type Cut, type DiskStep, VirtualDisk } from "../support/virtual-disk/index.ts";
import { randomOf } from "../wal/rig.ts";
import { DiskProcess } from "./disk-place.ts";
import { problemOfImage } from "./images.ts";
import { assertExplained, Trial } from "./trial.ts";

const FULL = Boolean(process.env["MILLRACE_TEST_FULL"]);
const ROUNDS = FULL ? 40 : 6;
const IMAGES = FULL ? 40 : 2;

interface Scenario {
  /** A part of the path: what of the node is broken. */
  readonly place: string;
  readonly step: DiskStep | "any";
  readonly code: "EIO" | "ENOSPC";
  /** Each so many operations; 1: all of them. */
  readonly every: number;
}

const broken = (place: string, step: Scenario["step"], code: Scenario["code"], every: number): Scenario => ({
  place,
  step,
  code,
  every,
});

const scenarios: readonly Scenario[] = [
  broken("/wal", "write", "EIO", 1),
  broken("/wal", "write", "ENOSPC", 3),
  broken("/wal", "sync", "EIO", 1),
  broken("/wal", "sync", "EIO", 2),
  broken("/wal", "sync", "ENOSPC", 5),
  broken("/wal", "create", "ENOSPC", 1),
  broken("/wal", "rename", "EIO", 1),
  broken("/wal", "link", "EIO", 2),
  broken("/wal", "unlink", "EIO", 1),
  broken("/wal", "syncDirectory", "EIO", 1),
  broken("/wal", "syncDirectory", "EIO", 2),
  broken("/catalog/", "create", "ENOSPC", 1),
  broken("/catalog/", "write", "ENOSPC", 2),
  broken("/catalog/", "sync", "EIO", 1),
  broken("/catalog/", "sync", "EIO", 3),
  broken("/catalog/", "link", "EIO", 2),
  broken("/catalog/", "unlink", "EIO", 1),
  broken("/catalog/", "syncDirectory", "EIO", 1),
  broken("/catalog/", "syncDirectory", "EIO", 2),
  broken("/dbs/", "makeDirectory", "ENOSPC", 1),
  broken("/dbs/", "create", "ENOSPC", 1),
  broken("/dbs/", "write", "ENOSPC", 3),
  broken("/dbs/", "sync", "EIO", 2),
  broken("/dbs/", "rename", "EIO", 1),
  broken("/dbs/", "unlink", "EIO", 1),
  broken("/dbs/", "syncDirectory", "EIO", 2),
  broken("/snapshots/", "create", "ENOSPC", 1),
  broken("/snapshots/", "write", "ENOSPC", 2),
  broken("/snapshots/", "sync", "EIO", 1),
  broken("/snapshots/", "link", "EIO", 2),
  broken("/snapshots/", "syncDirectory", "EIO", 1),
  broken("/snapshots/", "syncDirectory", "EIO", 2),
  broken("/", "any", "ENOSPC", 1),
  broken("/", "any", "EIO", 1),
  broken("/", "any", "EIO", 5),
];

class Breakage {
  active = false;
  hits = 0;
  #matches = 0;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  readonly fault = (step: DiskStep, path: string): string | undefined => {
    const { place, step: wanted, code, every } = this.#scenario;
    if (!this.active || step === "read" || !path.includes(place)) return undefined;
    if (wanted !== "any" && wanted !== step) return undefined;
    if (++this.#matches % every !== 0) return undefined;
    this.hits++;
    return code;
  };
}

describe("a node whose disk fails", () => {
  for (const scenario of scenarios) {
    const { place, step, code, every } = scenario;
    const times = every === 1 ? "all the time" : `each ${every}. time`;
    it(`loses nothing and resumes by itself: ${step} below ${place}, ${code}, ${times}`, async function () {
      this.timeout(FULL ? 600_000 : 60_000);
      const { random, seed } = randomOf(randomInt(1_000_000));
      const where = `seed ${seed}`;
      const breakage = new Breakage(scenario);
      const disk = new VirtualDisk();
      const process = new DiskProcess(disk, breakage.fault);
      const node = await process.start({ snapshotWalBytes: 1500 });
      const trial = new Trial(node, random, () => disk.tape.length);
      await trial.prepare();
      const before = trial.acknowledged;
      breakage.active = true;
      await trial.struggle(ROUNDS);
      assert.ok(breakage.hits > 0, where);
      assertExplained(trial.errors, new RegExp(code));
      const cannotKeep = place === "/" || (place === "/wal" && (step === "sync" || step === "write"));
      if (every === 1 && cannotKeep) assert.equal(trial.acknowledged, before, `${where}: nothing is kept`);
      assert.equal(await trial.problem(), undefined, where);
      await cutPower(disk, trial, random, `${where}, still broken`);
      breakage.active = false;
      await trial.recover();
      await cutPower(disk, trial, random, `${where}, mended`);
      process.kill();
    });
  }
});

async function cutPower(
  disk: VirtualDisk,
  { ledger }: Trial,
  random: (bound: number) => number,
  where: string,
): Promise<void> {
  for (let image = 0; image < IMAGES; image++) {
    const chance = () => random(1000) / 1000;
    const cut: Cut = image === 0 ? "nothing" : image === 2 ? "everything" : { chance };
    const care = { goOn: image === 1, again: image === 0 };
    const problem = await problemOfImage(disk.afterPowerCut(cut), ledger, disk.tape.length, care);
    assert.equal(problem, undefined, `${where}, image ${image}`);
  }
}
