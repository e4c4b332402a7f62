import assert from "node:assert/strict";
import { inspect } from "node:util";
import { LineParser, type Point } from "@millrace/line-protocol";
import { type Expected, TRICKY_INPUTS } from "./fixtures/tricky-inputs.ts";
import { parse, parseWith } from "./support/parse.ts";
import type { Outcome } from "./support/reference-parser.ts";

describe("tricky line protocol", () => {
  for (const [input, ...expected] of TRICKY_INPUTS) {
    it(JSON.stringify(input), () => checkAll(parse(input), expected));
  }

  it("reads the same when every name is known already", () => {
    const parser = new LineParser();
    for (const round of [1, 2]) {
      for (const [input, ...expected] of TRICKY_INPUTS) {
        checkAll(parseWith(parser, input), expected, `round ${round}: ${JSON.stringify(input)}`);
        // A newline at the end changes nothing, unless a backslash makes it part of the line.
        if (!input.endsWith("\\"))
          checkAll(parseWith(parser, `${input}\n`), expected, `round ${round}: ${JSON.stringify(input)}`);
      }
    }
  });
});

function checkAll(outcomes: readonly Outcome[], expected: readonly Expected[], context = ""): void {
  assert.equal(outcomes.length, expected.length, context);
  expected.forEach((wanted, index) => {
    check(outcomes[index]!, wanted, context);
  });
}

function check(outcome: Outcome, expected: Expected, context: string): void {
  if ("error" in expected) {
    assert.deepEqual(outcome, expected, context);
    return;
  }
  assert.ok("point" in outcome, `${context} refused: ${inspect(outcome)}`);
  const { point } = outcome;
  if (expected.measurement !== undefined) assert.equal(point.measurement, expected.measurement, context);
  if (expected.tags !== undefined) assert.deepEqual(byKey(point.tags), expected.tags, context);
  if (expected.fields !== undefined) assert.deepEqual(byKey(point.fields), expected.fields, context);
  if (expected.time !== undefined) assert.equal(point.timeNs, expected.time, context);
}

function byKey<T>(items: readonly { key: string; value: T }[]): Record<string, T> {
  return Object.fromEntries((items as Point["tags"]).map(({ key }, i) => [key, items[i]!.value]));
}
