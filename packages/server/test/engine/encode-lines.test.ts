import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeLines } from "#src/engine/write-back/index.js";

const expected = (writes: readonly string[]): string => Buffer.from(writes.join("\n")).toString("hex");
const actual = async (writes: readonly string[]): Promise<string> =>
  Buffer.from(await encodeLines(writes)).toString("hex");

describe("lines of plugins as bytes", () => {
  it("are the texts, a line apart", async () => {
    const texts = fc.array(fc.string({ unit: "binary" }));
    await fc.assert(
      fc.asyncProperty(texts, async (writes) => assert.equal(await actual(writes), expected(writes))),
    );
    assert.equal(await actual(["\ud800", "é\udfff"]), expected(["\ud800", "é\udfff"]));
  });

  it("also where a text is longer than a turn, without tearing characters apart", async () => {
    const writes = ["m v=1", `x${"😀".repeat(1_200_000)}`, "", "é".repeat(1_100_000)];
    assert.equal(await actual(writes), expected(writes));
  });

  it("let others have their turn", async () => {
    let turns = 0;
    let making = true;
    const count = (): void => {
      turns++;
      if (making) setImmediate(count);
    };
    setImmediate(count);
    await encodeLines(Array.from({ length: 40 }, () => "x".repeat(500_000)));
    making = false;
    assert.ok(turns >= 10, `${turns} turns`);
  });
});
