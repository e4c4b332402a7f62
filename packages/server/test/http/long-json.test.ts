import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonInTurns } from "#src/http/json-in-turns.js";

describe("JSON that is made in turns", () => {
  it("is what JSON.stringify makes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        assert.equal(await textOf(value), JSON.stringify(value));
      }),
    );
    const odd = { absent: undefined, list: [undefined, null], "ключ\n": "\ud800" };
    assert.equal(await textOf(odd), JSON.stringify(odd));
  });

  it("also of texts that are longer than a turn, without tearing characters apart", async () => {
    for (const text of [
      "😀".repeat(300_000),
      `x${"😀".repeat(300_000)}`,
      '"\n\u0001'.repeat(200_000),
      "\ud83d".repeat(300_000),
    ]) {
      assert.equal(await textOf({ body: text }), JSON.stringify({ body: text }));
    }
  });

  it("lets others have their turn", async () => {
    let turns = 0;
    let making = true;
    const count = (): void => {
      turns++;
      if (making) setImmediate(count);
    };
    setImmediate(count);
    const events = Array.from({ length: 10_000 }, (_, n) => ({ kind: "log", message: "x".repeat(500), n }));
    const json = await textOf({ events });
    making = false;
    assert.equal(json, JSON.stringify({ events }));
    assert.ok(turns > 10, `${turns} turns`);
  });
});

async function textOf(value: unknown): Promise<string> {
  return Buffer.concat(await jsonInTurns(value)).toString();
}
