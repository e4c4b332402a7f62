import assert from "node:assert/strict";
import { FieldType, type FieldValue, formatLine, LineParser } from "@millrace/line-protocol";
import fc from "fast-check";
import { RepetitionCheck } from "#src/line/repetition.js";
import { NANOSECONDS, parse, parsePoint, parseWith } from "./support/parse.ts";
import { runs } from "./support/runs.ts";

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });

/** Lines that a parser knows by heart: each number stands before another field, before a time, and at the end. */
function linesWith(number: string): string[] {
  return [
    `m a=${number},b=1i 7`,
    `m b=1i,a=${number} 7`,
    `m b=1i,a=${number}`,
    `m a=${number},b=${number} 7`,
  ];
}

/** What a parser that knows all names says of the lines, which must be what a new one says of each alone. */
function knownOutcomes(lines: readonly string[]) {
  const parser = new LineParser();
  parseWith(parser, "m a=1,b=1 7\nm b=1,a=1 7\n");
  const known = parseWith(parser, lines.map((line) => `${line}\n`).join(""));
  assert.deepEqual(
    known,
    lines.map((line) => parse(line)[0]),
  );
  return known;
}

function valuesOf(number: string): FieldValue[] {
  return knownOutcomes(linesWith(number)).flatMap((outcome) => {
    if ("error" in outcome) assert.fail(`${number}: ${outcome.error}`);
    return outcome.point.fields.filter(({ key }) => key === "a").map(({ value }) => value);
  });
}

function assertFloat(text: string): void {
  for (const { type, value } of valuesOf(text)) {
    assert.equal(type, FieldType.float, text);
    assert.ok(Object.is(value, Number(text)), `${text} was read as ${value}`);
  }
}

/**
 * Decimals of `scale` digits behind the point that lie next to the middle of two doubles between 2^exponent and the
 * next power of two: `distance` times the shortest distance there is.
 */
function nearMiddle(scale: number, exponent: number, distance: number, seed: bigint): string {
  const twos = 53 - exponent - scale;
  const modulus = 5n ** BigInt(scale);
  const factor = twos >= 0 ? 2n ** BigInt(twos) : inverseOf(2n ** BigInt(-twos), modulus);
  const base = (((BigInt(distance) * inverseOf(factor, modulus)) % modulus) + modulus) % modulus;
  const least = 10n ** BigInt(scale) * 2n ** BigInt(Math.max(0, exponent));
  const number = least + (seed % (least / modulus || 1n)) * modulus + base;
  const text = String(number).padStart(scale + 1, "0");
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function inverseOf(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

describe("numbers in lines whose names are known", () => {
  it("are floats of any number of digits, wherever they stand", () => {
    const number = fc
      .record({ sign: fc.constantFrom("", "-"), whole: digits(1, 12), fraction: digits(1, 14) })
      .map(({ sign, whole, fraction }) => `${sign}${whole}.${fraction}`);
    fc.assert(fc.property(number, assertFloat), runs(500));
    for (const text of [
      "1.5",
      "0.1",
      "-0.1",
      "123456789.5",
      "123456789.123456789",
      "0.000000001",
      "-0.0",
      "7",
    ]) {
      assertFloat(text);
    }
  });

  it("are the nearest doubles also where the text lies beside the middle of two", () => {
    const hard = fc.record({
      scale: fc.integer({ min: 15, max: 21 }),
      exponent: fc.integer({ min: 0, max: 6 }),
      distance: fc.integer({ min: -9, max: 9 }),
      seed: fc.bigInt({ min: 0n, max: 2n ** 60n }),
    });
    fc.assert(
      fc.property(hard, ({ scale, exponent, distance, seed }) =>
        assertFloat(nearMiddle(scale, exponent, distance, seed)),
      ),
      runs(2000),
    );
  });

  it("are refused as in other lines when they are no numbers", () => {
    for (const text of ["1.", ".5x", "1.5i", "1.5u", "1..5", "1.5.5", "--1.5", "1.5f", "-", "1 .5"]) {
      const [first] = knownOutcomes(linesWith(text));
      assert.ok(first !== undefined && "error" in first, text);
    }
  });

  it("may have any number of spaces before the time", () => {
    const lines = ["m a=1.5,b=2i 1", "m a=1.5,b=2i   22", "m a=1.5,b=2i  22  ", "m a=1.5,b=2i  x"];
    const times = knownOutcomes(lines).map((outcome) =>
      "point" in outcome ? outcome.point.timeNs : "refused",
    );
    assert.deepEqual(times, [1n, 22n, 22n, "refused"]);
  });
});

describe("a parser that counts lines", () => {
  it("finds repeated fields also when its count of lines begins anew", () => {
    const check = new RepetitionCheck();
    const repeated = (slots: number[]) => {
      check.begin(3);
      return slots.map((slot) => check.isRepeated(slot));
    };
    assert.deepEqual(repeated([0, 1, 0, 1]), [false, false, true, true]);
    // After so many lines; the first one of the new count must not meet what the very first one left.
    check.stamp = 0x7fffffff;
    assert.deepEqual(repeated([0, 1, 2, 2, 0]), [false, false, false, true, true]);
    assert.deepEqual(repeated([0, 1, 2]), [false, false, false]);
  });

  it("knows the physical line once it stands on one", () => {
    const parser = new LineParser();
    const body = Buffer.from("...\n\nm a=1\n");
    parser.reset(body, 3, body.length - 3, NANOSECONDS);
    assert.throws(() => parser.sourceLine, /stands on no line/);
    assert.ok(parser.next());
    assert.equal(parser.sourceLine, 3);
    assert.equal(parser.next(), false);
  });
});

describe("a float without a sign that is seen", () => {
  it("keeps it: minus zero comes back", () => {
    const value = { type: FieldType.float, value: -0 } as const;
    const line = formatLine({ measurement: "m", tags: [], fields: [{ key: "f", value }] });
    assert.equal(line, "m f=-0");
    assert.ok(Object.is(parsePoint(line).fields[0]!.value.value, -0));
  });
});
