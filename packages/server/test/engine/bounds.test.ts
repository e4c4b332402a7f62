import assert from "node:assert/strict";
import { SharedCache } from "#src/engine/index.js";
import { LogRing } from "#src/engine/logs/index.js";
import { FakeClock } from "./support/fake-clock.ts";

describe("the log of triggers", () => {
  const texts = (ring: LogRing) => ring.rows().map(({ text }) => text);

  it("keeps the latest rows in order", () => {
    const ring = new LogRing(new FakeClock(), { maxRows: 3, maxChars: 1000 });
    assert.deepEqual(ring.rows(), []);
    for (let i = 0; i < 8; i++) {
      ring.add("t", "INFO", `${i}`);
      assert.deepEqual(texts(ring), [i - 2, i - 1, i].filter((it) => it >= 0).map(String));
    }
  });

  it("holds no more text than it may, and cuts a single longer one", () => {
    const ring = new LogRing(new FakeClock(), { maxRows: 100, maxChars: 10 });
    for (const text of ["aaaa", "bbbb", "cc", "dddd"]) ring.add("t", "WARN", text);
    assert.deepEqual(texts(ring), ["bbbb", "cc", "dddd"]);
    ring.add("t", "ERROR", "e".repeat(50));
    assert.deepEqual(texts(ring), ["e".repeat(10)]);
    ring.add("t", "INFO", "");
    assert.deepEqual(texts(ring), ["e".repeat(10), ""]);
  });
});

describe("the global cache of plugins", () => {
  const production = { runId: "1", database: "db", trigger: "t", cacheNamespace: "1/1/1", test: false };
  const inTest = (name: string) => ({ ...production, cacheNamespace: `test/${name}`, test: true });
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it("is one for all triggers, and one for each cache name of tests", () => {
    const cache = new SharedCache(new FakeClock());
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
    const cache = new SharedCache(clock);
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
    const cache = new SharedCache(new FakeClock(), 1000);
    for (let i = 0; i < 10; i++) cache.put(production, `k${i}`, new Uint8Array(200), null);
    assert.equal(cache.get(production, "k0"), undefined);
    assert.equal(cache.get(production, "k9")?.length, 200);
    assert.throws(() => cache.put(production, "big", new Uint8Array(2000), null), /holds 1000/);
  });
});
