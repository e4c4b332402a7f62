import assert from "node:assert/strict";
import { ViewPins } from "#src/query/sources/index.js";

describe("query: views that queries hold", () => {
  let released: number[];
  let pins: ViewPins;
  beforeEach(() => {
    released = [];
    pins = new ViewPins(1, (version) => released.push(version));
  });

  it("are given back at once when nobody reads", () => {
    pins.moveTo(2);
    pins.moveTo(3);
    assert.deepEqual(released, [2, 3]);
  });

  it("stay as long as their oldest reader", () => {
    const first = pins.pin();
    const second = pins.pin();
    pins.moveTo(2);
    const third = pins.pin();
    pins.moveTo(5);
    assert.deepEqual(released, []);
    first();
    first();
    assert.deepEqual(released, []);
    second();
    assert.deepEqual(released, [2]);
    third();
    assert.deepEqual(released, [2, 5]);
  });

  it("do not wait for readers of newer ones", () => {
    const old = pins.pin();
    pins.moveTo(2);
    pins.pin();
    old();
    assert.deepEqual(released, [2]);
  });
});
