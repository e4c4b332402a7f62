import assert from "node:assert/strict";
import fc from "fast-check";
import { RunIds } from "#src/engine/runs/index.js";

const randomOf = (high: number, low: number) => () => Uint8Array.of(high, low);

describe("names of runs", () => {
  it("are in the order in which the runs began, whatever the clock does, and never the same", () => {
    const step = fc.record({
      ms: fc.integer({ min: -5, max: 5 }),
      bytes: fc.uint8Array({ minLength: 2, maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 300 }), (steps) => {
        let nowMs = 1_700_000_000_000;
        let bytes = Uint8Array.of(0, 0);
        const ids = new RunIds({ nowMs: () => nowMs }, () => bytes);
        const names = steps.map((it) => {
          nowMs += it.ms;
          bytes = Uint8Array.from(it.bytes);
          return ids.next();
        });
        assert.deepEqual(names, [...new Set(names)].sort());
      }),
    );
  });

  it("go on in order when one millisecond has more runs than numbers", () => {
    const ids = new RunIds({ nowMs: () => 1_700_000_000_000 }, randomOf(255, 255));
    let last = ids.next();
    for (let i = 0; i < 2 ** 20 + 10; i++) {
      const next = ids.next();
      assert.ok(next > last, `${next} after ${last}`);
      last = next;
    }
  });

  it("differ between two servers that start in the same millisecond", () => {
    const clock = { nowMs: () => 1_700_000_000_000 };
    assert.notEqual(new RunIds(clock, randomOf(1, 2)).next(), new RunIds(clock, randomOf(2, 1)).next());
  });

  it("are short, and safe in file names and addresses", () => {
    assert.match(new RunIds({ nowMs: () => 1_700_000_000_000.5 }, randomOf(7, 7)).next(), /^[0-9a-z]{13}$/);
  });
});
