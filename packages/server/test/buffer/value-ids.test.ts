import assert from "node:assert/strict";
import { ValueIds } from "#src/buffer/index.js";

describe("the ids of tag values", () => {
  it("outgrow one map, in both directions", () => {
    const ids = new ValueIds(4);
    const values = Array.from({ length: 11 }, (_, i) => `v${i}`);
    const known = () => values.filter((value) => ids.get(value) !== undefined);
    values.forEach((value, id) => {
      assert.equal(ids.get(value), undefined);
      ids.add(value, id);
    });
    assert.deepEqual(
      values.map((value) => ids.get(value)),
      values.map((_, id) => id),
    );
    for (const value of values.slice(3).reverse()) ids.removeLast(value);
    assert.deepEqual(known(), ["v0", "v1", "v2"]);
    values.slice(3).forEach((value, i) => {
      ids.add(value, i + 3);
    });
    assert.deepEqual(known(), values);
  });
});
