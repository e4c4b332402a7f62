import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { randomOf } from "../wal/rig.ts";
import { Cloud, type CloudFault, type Method, startInCloud } from "./cloud.ts";
import { readNode } from "./read-node.ts";
import { assertExplained, Trial } from "./trial.ts";

const ROUNDS = process.env["MILLRACE_TEST_FULL"] ? 40 : 5;

interface Scenario {
  /** A part of the key. */
  readonly place: string;
  readonly method: Method | "any";
  readonly fault: CloudFault;
  readonly every: number;
}

const places = ["/wal/", "/catalog/", "/dbs/", "/snapshots/"];
const kinds: [CloudFault, number][] = [
  ["error", 1],
  ["error", 2],
  ["error-after", 1],
  ["error-after", 2],
  ["late", 2],
  ["slow", 1],
];
const scenarios: readonly Scenario[] = [
  ...places.flatMap((place) =>
    kinds.map(([fault, every]) => ({ place, method: "put" as const, fault, every })),
  ),
  { place: "/dbs/", method: "delete", fault: "error", every: 1 },
  { place: "/", method: "get", fault: "error", every: 2 },
  { place: "/", method: "list", fault: "error", every: 1 },
  { place: "/", method: "any", fault: "error", every: 1 },
  { place: "/", method: "any", fault: "error", every: 3 },
  { place: "/", method: "any", fault: "error-after", every: 3 },
  { place: "/", method: "put", fault: "late", every: 3 },
  { place: "/catalog/", method: "put", fault: "late", every: 1 },
  { place: "/snapshots/", method: "put", fault: "late", every: 1 },
  { place: "/", method: "delete", fault: "late", every: 1 },
  { place: "/", method: "any", fault: "late", every: 3 },
];

describe("a node whose object store fails", () => {
  for (const { place, method, fault, every } of scenarios) {
    const times = every === 1 ? "all the time" : `each ${every}. time`;
    it(`loses nothing and resumes by itself: ${method} below ${place}, ${fault}, ${times}`, async function () {
      this.timeout(120_000);
      const { random, seed } = randomOf(randomInt(1_000_000));
      const where = `seed ${seed}`;
      const cloud = new Cloud();
      const { node, kill } = await startInCloud(cloud);
      let moment = 0;
      const trial = new Trial(node, random, () => ++moment);
      await trial.prepare();
      let hits = 0;
      let matches = 0;
      cloud.fault = (asked, key) => {
        if (!key.includes(place) || (method !== "any" && method !== asked)) return undefined;
        if (++matches % every !== 0) return undefined;
        hits++;
        return fault;
      };
      await trial.struggle(ROUNDS);
      const isNeeded = !(method === "get" || method === "list");
      assert.ok(hits > 0 || !isNeeded, where);
      assertExplained(trial.errors, /injected/);
      cloud.fault = () => undefined;
      assert.equal(await trial.problem(), undefined, where);
      await trial.recover();
      kill();
      for (let start = 0; start < 2; start++) {
        const again = await startInCloud(cloud);
        assert.equal(trial.ledger.problem(await readNode(again.node), ++moment), undefined, where);
        again.kill();
      }
    });
  }
});
