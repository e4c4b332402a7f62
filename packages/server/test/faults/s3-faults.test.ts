import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { systemClock, type Timer } from "#src/foundation/index.js";
import { type ObjectStore, S3Store } from "#src/object-store/index.js";
import { s3Config } from "../object-store/s3-config.ts";
import type { FaultRule } from "../support/s3/faults.ts";
import { type S3Rig, startS3 } from "../support/s3/start-s3.ts";
import { randomOf } from "../wal/rig.ts";
import { startOver } from "./cloud.ts";
import type { TestClock } from "./node.ts";
import { readNode } from "./read-node.ts";
import { assertExplained, Trial } from "./trial.ts";

const ROUNDS = process.env["MILLRACE_TEST_FULL"] ? 30 : 2;
const HURRY = 100;

/** The system's clock, in a hurry: pauses of half a minute are over soon. */
const hurriedClock: TestClock = {
  nowMs: () => systemClock.nowMs(),
  nowNs: () => systemClock.nowNs(),
  monotonicMs: () => systemClock.monotonicMs() * HURRY,
  schedule: (delayMs: number, callback: () => void): Timer => systemClock.schedule(delayMs / HURRY, callback),
  advance: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / HURRY)),
};

const scenarios: Record<string, FaultRule[]> = {
  "answers each second write with an error": [{ fault: "error", method: "PUT", every: 2 }],
  "does what it answers with an error": [{ fault: "error-after", method: "PUT", every: 2 }],
  "does later what it answered with an error": [{ fault: "late", method: "PUT", every: 2, delayMs: 30 }],
  "hangs up before and after it did what was asked": [
    { fault: "reset-after", method: "PUT", every: 3 },
    { fault: "reset", every: 4 },
  ],
  "cuts its answers off and is slow": [
    { fault: "truncate", method: "GET", every: 2 },
    { fault: "slow", every: 3, delayMs: 20 },
  ],
  "refuses everything": [{ fault: "error" }],
  "does whatever it likes": [
    { fault: "error-after", chance: 0.15 },
    { fault: "reset-after", chance: 0.15 },
    { fault: "error", chance: 0.15 },
    { fault: "truncate", chance: 0.15 },
  ],
};

describe("a node whose S3 service fails", () => {
  let rig: S3Rig;
  const stores: S3Store[] = [];

  before(async () => {
    rig = await startS3({ seed: randomInt(1_000_000) });
  });
  after(() => rig.stop());
  afterEach(async () => {
    rig.proxy.rules = [];
    for (const store of stores.splice(0)) await store.close();
  });

  let nodes = 0;

  /** Without retries of its own, as when it has given up: what is above it must stand that. */
  function connect(node: number): ObjectStore {
    const config = s3Config(rig, { maxRetries: 1, requestTimeoutMs: 2000 });
    const store = new S3Store({ config, clock: systemClock, wait: async () => {} });
    stores.push(store);
    return below(`node-${node}/`, store);
  }

  for (const [what, rules] of Object.entries(scenarios)) {
    it(`loses nothing and resumes by itself when it ${what}`, async function () {
      this.timeout(120_000);
      const { random, seed } = randomOf(randomInt(1_000_000));
      const where = `seed ${seed}`;
      const name = ++nodes;
      const node = await startOver(connect(name), hurriedClock);
      let moment = 0;
      const trial = new Trial(node, random, () => ++moment);
      await trial.prepare();
      rig.proxy.rules = rules;
      await trial.struggle(ROUNDS);
      rig.proxy.rules = [];
      await rig.proxy.settled();
      assertExplained(trial.errors, /./);
      assert.equal(await trial.problem(), undefined, where);
      await trial.recover();
      await node.close();
      const again = await startOver(connect(name), hurriedClock);
      assert.equal(trial.ledger.problem(await readNode(again), ++moment), undefined, where);
      await again.close();
    });
  }
});

function below(prefix: string, store: ObjectStore): ObjectStore {
  return {
    get: (key) => store.get(prefix + key),
    put: (key, bytes, options) => store.put(prefix + key, bytes, options),
    list: async (wanted) =>
      (await store.list(prefix + wanted)).map(({ key, sizeBytes }) => ({
        key: key.slice(prefix.length),
        sizeBytes,
      })),
    delete: (key) => store.delete(prefix + key),
  };
}
