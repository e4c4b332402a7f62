import assert from "node:assert/strict";
import {
  CommitLog,
  InconsistentLogError,
  LogDamagedError,
  SecondWriterError,
} from "#src/commit-log/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";

type Operation = { add: number };

const LAYOUT = {
  subject: "tally",
  directory: "node/tally/v1",
  extension: "tally",
  logMagic: "TALLYLOG",
  checkpointMagic: "TALLYCHK",
};
const logKey = (sequence: number) => `node/tally/v1/logs/${String(sequence).padStart(20, "0")}.tally`;
const CHECKPOINT = "node/tally/v1/checkpoint";

let writers = 0;

/** A number that is the sum of all commits. */
class Tally {
  sum = 0;
  readonly log: CommitLog<Operation>;

  constructor(store: ObjectStore) {
    const random = (sizeBytes: number) => Buffer.alloc(sizeBytes, ++writers);
    this.log = new CommitLog({ store, layout: LAYOUT, random, logger: silentLogger });
  }

  static async open(store: ObjectStore): Promise<Tally> {
    const tally = new Tally(store);
    await tally.log.load((_sequence, operations) => tally.#apply(operations));
    return tally;
  }

  takeOver(): Promise<void> {
    return this.log.takeOver((_sequence, operations) => this.#apply(operations));
  }

  #apply(operations: readonly Operation[]): void {
    for (const { add } of operations) {
      if (add < 0) throw new InconsistentLogError("a tally never falls");
      this.sum += add;
    }
  }

  async add(...amounts: number[]): Promise<void> {
    await this.log.append(amounts.map((add) => ({ add })));
    for (const add of amounts) this.sum += add;
    const { sum } = this;
    this.log.checkpointIfDue(() => [{ add: sum }]);
  }
}

/** A store whose puts can be made to fail, before or after they took effect. */
class BadStore extends MemoryStore {
  fail: ((key: string) => "lost" | "applied" | undefined) | undefined;

  override async put(key: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }) {
    const how = this.fail?.(key);
    if (how === "lost") throw new Error("503");
    const answer = await super.put(key, bytes, options);
    if (how === "applied") throw new Error("500");
    return answer;
  }
}

describe("a log of commits", () => {
  it("brings back what was committed, over any number of checkpoints", async () => {
    const store = new MemoryStore();
    for (let run = 0; run < 5; run++) {
      const tally = await Tally.open(store);
      assert.equal(tally.sum, run * 77 * 3);
      assert.equal(tally.log.sequence, run * 77);
      for (let i = 0; i < 77; i++) await tally.add(1, 2);
      await tally.log.idle();
    }
    const logs = await store.list("node/tally/v1/logs/");
    assert.ok(logs.length < 300, `${logs.length} logs are left`);
  });

  it("takes its own commit, stored without an answer, for no stranger's", async () => {
    const store = new BadStore();
    const tally = await Tally.open(store);
    await tally.add(1);
    store.fail = () => "applied";
    await assert.rejects(tally.add(5), /500/);
    store.fail = undefined;
    // The same again, or another one in its place.
    await tally.add(5);
    assert.equal((await Tally.open(store)).sum, 6);
    store.fail = () => "applied";
    await assert.rejects(tally.add(100), /500/);
    store.fail = undefined;
    await tally.add(1);
    assert.equal((await Tally.open(store)).sum, 7);
  });

  it("puts a commit of nothing in the place of one whose fate is not known, when it is told to", async () => {
    const store = new BadStore();
    const tally = await Tally.open(store);
    await tally.add(1);
    assert.ok(tally.log.isSettled);
    store.fail = () => "applied";
    await assert.rejects(tally.add(5), /500/);
    assert.equal(tally.log.isSettled, false);
    await assert.rejects(tally.log.settle(), /500/);
    assert.equal(tally.log.isSettled, false);
    store.fail = undefined;
    await tally.log.settle();
    assert.ok(tally.log.isSettled);
    assert.equal(tally.log.sequence, 2);
    assert.equal((await Tally.open(store)).sum, 1);
    await tally.log.settle();
    assert.equal(tally.log.sequence, 2);
  });

  it("stops a writer that another one has overtaken, before it overwrites anything", async () => {
    const store = new BadStore();
    const first = await Tally.open(store);
    await first.add(1);
    await first.log.checkOnlyWriter();
    store.fail = () => "applied";
    await assert.rejects(first.add(10), /500/);
    store.fail = undefined;
    // The second one found the commit that the first does not know of.
    const second = await Tally.open(store);
    await second.add(2);
    await assert.rejects(first.add(100), SecondWriterError);
    assert.equal((await Tally.open(store)).sum, 13);
    await assert.rejects(
      first.log.checkOnlyWriter().then(() => first.add(1)),
      (error) => error instanceof SecondWriterError && error.file === logKey(3),
    );
    await second.add(1);
    assert.equal((await Tally.open(store)).sum, 14);
  });

  it("lets a new owner take the place of one that sleeps, with all that it committed until then", async () => {
    const store = new MemoryStore();
    const sleeper = await Tally.open(store);
    await sleeper.add(1);
    const owner = await Tally.open(store);
    await sleeper.add(2);
    await sleeper.add(3);
    await owner.takeOver();
    assert.equal(owner.sum, 6);
    await assert.rejects(sleeper.add(10), SecondWriterError);
    await owner.add(4);
    assert.equal((await Tally.open(store)).sum, 10);
    const { sequence } = owner.log;
    await owner.takeOver();
    assert.equal(owner.log.sequence, sequence, "its own commits are in the way already");
  });

  it("never puts an older checkpoint over a newer one's place", async () => {
    const store = new BadStore();
    const first = await Tally.open(store);
    for (let i = 0; i < 99; i++) await first.add(1);
    const second = await Tally.open(store);
    await second.add(1);
    await second.log.idle();
    const checkpoint = await store.get(CHECKPOINT);
    first.log.checkpointIfDue(() => [{ add: 99 }]);
    await assert.rejects(first.add(1), SecondWriterError);
    await first.log.idle();
    assert.deepEqual(await store.get(CHECKPOINT), checkpoint);
    assert.equal((await Tally.open(store)).sum, 100);
  });

  it("goes on without a checkpoint that cannot be stored, and does not try it with every commit", async () => {
    const store = new BadStore();
    let tried = 0;
    store.fail = (key) => {
      if (key !== CHECKPOINT) return undefined;
      tried++;
      return "lost";
    };
    const tally = await Tally.open(store);
    for (let i = 0; i < 250; i++) {
      await tally.add(1);
      await tally.log.idle();
    }
    assert.equal(tried, 2);
    assert.equal((await Tally.open(store)).sum, 250);
  });

  it("names the file in which commits do not fit, or are not of its kind", async () => {
    const store = new MemoryStore();
    const tally = await Tally.open(store);
    await tally.log.append([{ add: 1 }]);
    await tally.log.append([{ add: -1 }]);
    await assert.rejects(Tally.open(store), (error) => {
      assert.ok(error instanceof LogDamagedError);
      assert.equal(
        error.message,
        `tally file ${logKey(2)} is damaged at byte 0: a tally never falls. Restore it from a backup`,
      );
      assert.equal(error.exitCode, 3);
      return true;
    });
    await store.delete(logKey(2));
    await store.put("node/tally/v1/logs/readme.txt", new Uint8Array(1));
    await assert.rejects(
      Tally.open(store),
      /readme.txt is damaged at byte 0: a file of this name does not belong/,
    );
  });
});
