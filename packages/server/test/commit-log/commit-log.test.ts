import assert from "node:assert/strict";
import {
  CommitLog,
  InconsistentLogError,
  LogDamagedError,
  SecondWriterError,
} from "#src/commit-log/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore, type PutOptions } from "#src/object-store/index.js";

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

type Fate = "lost" | "applied" | "late" | undefined;

/** A store whose puts can be made to fail: before they took effect, after it, or long before it. */
class BadStore extends MemoryStore {
  fail: ((key: string, options?: PutOptions) => Fate) | undefined;
  readonly #late: (() => Promise<unknown>)[] = [];

  override async put(key: string, bytes: Uint8Array, options?: PutOptions) {
    const how = this.fail?.(key, options);
    if (how === "lost") throw new Error("503");
    if (how === "late") {
      const copy = bytes.slice();
      this.#late.push(() => super.put(key, copy, options));
      throw new Error("503");
    }
    const answer = await super.put(key, bytes, options);
    if (how === "applied") throw new Error("500");
    return answer;
  }

  /** What was late comes now. */
  async arrive(): Promise<void> {
    for (const put of this.#late.splice(0)) await put();
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
      (error) => error instanceof SecondWriterError && error.file === logKey(2),
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

describe("a log of commits whose puts come late", () => {
  const replacements = (_key: string, options?: PutOptions): Fate =>
    options?.ifUnchanged ? "late" : undefined;

  /** A log of 1, and a commit of 10 that was stored and reported as failed. */
  async function inDoubt(): Promise<{ store: BadStore; tally: Tally }> {
    const store = new BadStore();
    const tally = await Tally.open(store);
    await tally.add(1);
    store.fail = () => "applied";
    await assert.rejects(tally.add(10), /500/);
    store.fail = undefined;
    return { store, tally };
  }

  it("keeps a commit that was acknowledged after a replacement that comes later", async () => {
    const { store, tally } = await inDoubt();
    store.fail = replacements;
    await assert.rejects(tally.add(100), /503/);
    store.fail = undefined;
    await tally.add(2);
    await store.arrive();
    assert.equal((await Tally.open(store)).sum, 3);
  });

  it("keeps it when it is the very commit that was there before", async () => {
    const { store, tally } = await inDoubt();
    store.fail = replacements;
    await assert.rejects(tally.log.settle(), /503/);
    store.fail = undefined;
    await tally.add(10);
    await store.arrive();
    assert.equal((await Tally.open(store)).sum, 11);
  });

  it("replaces what came late while it was looking", async () => {
    const { store, tally } = await inDoubt();
    store.fail = replacements;
    await assert.rejects(tally.add(100), /503/);
    store.fail = undefined;
    const get = store.get.bind(store);
    store.get = async (key) => {
      const found = await get(key);
      await store.arrive();
      return found;
    };
    await tally.add(2);
    assert.equal((await Tally.open(store)).sum, 3);
  });

  it("recognises its own replacement when the answer was lost", async () => {
    const { store, tally } = await inDoubt();
    const put = store.put.bind(store);
    store.put = async (key, bytes, options) => {
      const answer = await put(key, bytes, options);
      return options?.ifUnchanged && answer === "written" ? "changed" : answer;
    };
    await tally.add(2);
    assert.equal((await Tally.open(store)).sum, 3);
  });

  it("gives up on a log that changes all the time", async () => {
    const { store, tally } = await inDoubt();
    const put = store.put.bind(store);
    store.put = async (key, bytes, options) => (options?.ifUnchanged ? "changed" : put(key, bytes, options));
    await assert.rejects(tally.add(2), /00002\.tally changes all the time/);
    await assert.rejects(Tally.open(store), SecondWriterError);
    store.put = put;
    store.get = async () => undefined;
    await assert.rejects(tally.add(2), /the store holds .*00002\.tally and does not give it out/);
  });

  it("keeps what a new process has read from one that was killed with a replacement on its way", async () => {
    const { store, tally } = await inDoubt();
    store.fail = replacements;
    await assert.rejects(tally.log.settle(), /503/);
    store.fail = undefined;
    const next = await Tally.open(store);
    assert.equal(next.sum, 11);
    await store.arrive();
    await assert.rejects(tally.add(5), SecondWriterError);
    await next.takeOver();
    await next.add(1);
    assert.equal((await Tally.open(store)).sum, 12);
  });

  it("reads what came in between while a new process makes the last commit its own", async () => {
    const { store, tally } = await inDoubt();
    store.fail = replacements;
    await assert.rejects(tally.add(100), /503/);
    store.fail = undefined;
    const put = store.put.bind(store);
    store.put = async (key, bytes, options) => {
      await store.arrive();
      return put(key, bytes, options);
    };
    const next = await Tally.open(store);
    assert.equal(next.sum, 101);
    assert.equal((await Tally.open(store)).sum, 101);
  });

  for (const isFirst of [true, false]) {
    it(`never gets an older checkpoint back, be it the first one or not: ${isFirst}`, async () => {
      const store = new BadStore();
      const tally = await Tally.open(store);
      const add = async (count: number) => {
        for (let i = 0; i < count; i++) await tally.add(1);
        await tally.log.idle();
      };
      if (!isFirst) await add(100);
      store.fail = (key) => (key === CHECKPOINT ? "late" : undefined);
      await add(100);
      store.fail = undefined;
      // Only after the second one logs are removed that the late one would need.
      await add(200);
      const checkpoint = await store.get(CHECKPOINT);
      await store.arrive();
      assert.deepEqual(await store.get(CHECKPOINT), checkpoint);
      assert.equal((await Tally.open(store)).sum, isFirst ? 300 : 400);
    });
  }

  it("replaces a checkpoint that came late, and one that is damaged", async () => {
    const store = new BadStore();
    const tally = await Tally.open(store);
    const add = async (count: number) => {
      for (let i = 0; i < count; i++) await tally.add(1);
      await tally.log.idle();
    };
    store.fail = (key) => (key === CHECKPOINT ? "late" : undefined);
    await add(100);
    store.fail = undefined;
    await store.arrive();
    const first = await store.get(CHECKPOINT);
    await add(100);
    assert.notDeepEqual(await store.get(CHECKPOINT), first);
    await store.put(CHECKPOINT, new Uint8Array(3));
    await add(100);
    assert.equal((await Tally.open(store)).sum, 300);
  });

  it("does not replace a checkpoint of a process that is ahead, and recognises its own", async () => {
    const store = new BadStore();
    const tally = await Tally.open(store);
    const put = store.put.bind(store);
    store.put = async (key, bytes, options) => {
      const answer = await put(key, bytes, options);
      return key === CHECKPOINT ? "exists" : answer;
    };
    const add = async (count: number) => {
      for (let i = 0; i < count; i++) await tally.add(1);
      await tally.log.idle();
    };
    await add(300);
    assert.ok((await store.list("node/tally/v1/logs/")).length <= 200, "the checkpoints count as stored");
    store.put = put;
    const ahead = await store.get(CHECKPOINT);
    const sleeper = new Tally(store);
    for (let i = 0; i < 100; i++) await sleeper.add(1);
    await sleeper.log.idle();
    assert.deepEqual(await store.get(CHECKPOINT), ahead);
  });
});
