import assert from "node:assert/strict";
import fc from "fast-check";
import { physicalNames } from "#src/storage/parquet/index.js";
import { tag } from "./files.ts";

const namesOf = (names: readonly string[]) => [
  ...physicalNames(names.map((name, id) => tag(id, name))).values(),
];

describe("physical names", () => {
  it("are the columns' names, unless one with a lower id has taken it", () => {
    assert.deepEqual(namesOf(["time", "Host", "host", "HOST", "x"]), [
      "time",
      "Host",
      "host#2",
      "HOST#3",
      "x",
    ]);
  });

  it("do not depend on the order of the list", () => {
    const columns = [tag(2, "a"), tag(1, "A")];
    assert.deepEqual(
      physicalNames(columns),
      new Map([
        [1, "A"],
        [2, "a#2"],
      ]),
    );
  });

  it("are unique even where names look like those made up", () => {
    assert.deepEqual(namesOf(["a#2", "a", "A"]), ["a#2", "a", "A#2#"]);
    assert.deepEqual(namesOf(["a", "A", "a#1"]), ["a", "A#1", "a#1#2"]);
  });

  it("tell letters outside of ASCII apart", () => {
    assert.deepEqual(namesOf(["ä", "Ä"]), ["ä", "Ä"]);
  });

  it("stay when columns are added, and differ in more than case", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "A", "#", "1", "2"), maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.nat(), (names, length) => {
        const all = namesOf(names);
        const before = namesOf(names.slice(0, length));
        assert.deepEqual(all.slice(0, before.length), before);
        assert.equal(new Set(all.map((one) => one.toLowerCase())).size, names.length);
      }),
    );
  });
});
