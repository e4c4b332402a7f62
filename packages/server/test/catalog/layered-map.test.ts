import assert from "node:assert/strict";
import fc from "fast-check";
import { LayeredMap } from "#src/catalog/layered-map.js";

describe("a layered map", () => {
  it("behaves like a copied Map under any changes, and never changes itself", () => {
    const change = fc.record({ key: fc.integer({ min: 0, max: 60 }), value: fc.option(fc.integer()) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        let map = LayeredMap.empty<number, number>();
        let model = new Map<number, number>();
        const history: [LayeredMap<number, number>, Map<number, number>][] = [];
        for (const { key, value } of changes) {
          history.push([map, model]);
          model = new Map(model);
          if (value === null) {
            map = map.delete(key);
            model.delete(key);
          } else {
            map = map.set(key, value);
            model.set(key, value);
          }
        }
        for (const [was, expected] of [...history, [map, model] as const]) {
          assert.equal(was.size, expected.size);
          assert.deepEqual([...was.values()].sort(), [...expected.values()].sort());
          for (let key = 0; key <= 60; key++) assert.equal(was.get(key), expected.get(key));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps the order in which keys came, over changes of their values", () => {
    let map = LayeredMap.empty<number, string>();
    for (let i = 0; i < 200; i++) map = map.set(i, `${i}`);
    map = map.set(5, "five").set(199, "last");
    const values = [...map.values()];
    assert.deepEqual([values[4], values[5], values[6], values[199]], ["4", "five", "6", "last"]);
  });
});
