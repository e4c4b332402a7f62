import assert from "node:assert/strict";
import { HostCaches } from "#src/engine/index.js";
import { TriggerLog } from "#src/engine/logs/index.js";
import { type LogFields, silentLogger } from "#src/foundation/index.js";
import { FakeClock } from "./support/fake-clock.ts";

const T = { databaseId: 1, database: "db", trigger: "t" };

describe("the log of triggers", () => {
  const texts = (log: TriggerLog) => log.rows().map(({ text }) => text);

  it("keeps the latest rows in order", () => {
    const log = new TriggerLog(new FakeClock(), silentLogger, { maxRows: 3, maxChars: 1000 });
    assert.deepEqual(log.rows(), []);
    for (let i = 0; i < 8; i++) {
      log.add(T, undefined, "INFO", `${i}`);
      assert.deepEqual(texts(log), [i - 2, i - 1, i].filter((it) => it >= 0).map(String));
    }
  });

  it("holds no more text than it may, tracebacks included, and cuts a single longer one", () => {
    const log = new TriggerLog(new FakeClock(), silentLogger, { maxRows: 100, maxChars: 1000 });
    for (const letter of ["a", "b", "c", "d"]) log.add(T, undefined, "WARN", letter.repeat(400));
    assert.deepEqual(texts(log), ["c".repeat(400), "d".repeat(400)]);
    log.add(T, "run", "ERROR", "e".repeat(500), { traceback: "f".repeat(500) });
    assert.deepEqual(texts(log), ["e".repeat(500)]);
    log.add(T, "run", "ERROR", "g".repeat(5000), { traceback: "h".repeat(5000) });
    const [row] = log.rows();
    assert.equal(log.rows().length, 1);
    assert.match(row!.text, /^g+… \(\d+ more characters\)$/);
    assert.ok(row!.text.length + row!.traceback!.length <= 1000);
  });

  it("goes to the server's log as well, with the name of the run", () => {
    const lines: [string, LogFields | undefined][] = [];
    const logger = {
      ...silentLogger,
      warn: (text: string, fields?: LogFields) => void lines.push([text, fields]),
    };
    new TriggerLog(new FakeClock(), logger).add(T, "r1", "WARN", "low");
    assert.deepEqual(lines, [["processing engine: low", { trigger: "t", run: "r1" }]]);
  });
});

describe("the global cache of plugins", () => {
  const production = {
    runId: "1",
    database: "db",
    trigger: "t",
    cacheNamespace: "1/1/1",
    test: false,
    network: true,
  };
  const inTest = (name: string) => ({ ...production, cacheNamespace: `test/${name}`, test: true });
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it("is one for all triggers, and one for each cache name of tests", () => {
    const { global: cache } = new HostCaches(new FakeClock());
    cache.put(production, "k", bytes(1), null);
    cache.put(inTest("a"), "k", bytes(2), null);
    assert.deepEqual(cache.get({ ...production, cacheNamespace: "2/2/2" }, "k"), bytes(1));
    assert.deepEqual(cache.get(inTest("a"), "k"), bytes(2));
    assert.equal(cache.get(inTest("b"), "k"), undefined);
    assert.equal(cache.delete(inTest("a"), "k"), true);
    assert.equal(cache.delete(inTest("a"), "k"), false);
    assert.deepEqual(cache.get(production, "k"), bytes(1));
  });

  it("forgets a value when its time is over; storing it again without a time keeps it", async () => {
    const clock = new FakeClock();
    const { global: cache } = new HostCaches(clock);
    cache.put(production, "short", bytes(1), 1000);
    cache.put(production, "now", bytes(1), 0);
    cache.put(production, "again", bytes(1), 1000);
    cache.put(production, "again", bytes(2), null);
    assert.equal(cache.get(production, "now"), undefined);
    await clock.advance(999);
    assert.deepEqual(cache.get(production, "short"), bytes(1));
    await clock.advance(1);
    assert.equal(cache.get(production, "short"), undefined);
    assert.equal(cache.delete(production, "short"), false);
    assert.deepEqual(cache.get(production, "again"), bytes(2));
  });

  it("drops the values stored longest ago when it is full, and refuses what can never fit", () => {
    const { global: cache } = new HostCaches(new FakeClock(), 1000);
    for (let i = 0; i < 10; i++) cache.put(production, `k${i}`, new Uint8Array(200), null);
    assert.equal(cache.get(production, "k0"), undefined);
    assert.equal(cache.get(production, "k9")?.length, 200);
    assert.throws(
      () => cache.put(production, "big", new Uint8Array(2000), null),
      /may have 1000.*--plugin-cache-size/,
    );
  });
});

describe("local caches outside of the interpreters", () => {
  const context = (cacheNamespace: string) => ({
    runId: "1",
    database: "db",
    cacheNamespace,
    test: false,
    network: true,
  });
  const value = Uint8Array.of(1);

  it("are apart from each other and from the global one, and go with their trigger", () => {
    const caches = new HostCaches(new FakeClock());
    const { local, global } = caches;
    local.put(context("1/1/1"), "k", value, null);
    local.put(context("1/1/12"), "k", Uint8Array.of(2), null);
    assert.equal(global.get(context("1/1/1"), "k"), undefined);
    assert.deepEqual(local.get(context("1/1/12"), "k"), Uint8Array.of(2));
    caches.drop("1/1/1");
    assert.equal(local.get(context("1/1/1"), "k"), undefined);
    assert.deepEqual(local.get(context("1/1/12"), "k"), Uint8Array.of(2));
    caches.drop("1/1/12");
    assert.deepEqual([caches.bytes, caches.entries], [0, 0]);
  });

  it("share their bound with the global one", () => {
    const { local, global } = new HostCaches(new FakeClock(), 1000);
    local.put(context("a"), "k", new Uint8Array(400), null);
    global.put(context("a"), "k", new Uint8Array(700), null);
    assert.equal(local.get(context("a"), "k"), undefined);
  });
});
