import assert from "node:assert/strict";
import { int64FromHalves, LineParser, PRECISION_NAMES, Precision } from "@millrace/line-protocol";
import fc from "fast-check";
import { parse, parsePoint } from "./support/parse.ts";

const UNITS = new Map<Precision, bigint>([
  [Precision.hour, 3600n * 10n ** 9n],
  [Precision.minute, 60n * 10n ** 9n],
  [Precision.second, 10n ** 9n],
  [Precision.millisecond, 10n ** 6n],
  [Precision.microsecond, 10n ** 3n],
  [Precision.nanosecond, 1n],
]);
const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/** The time of `m f=1 <timestamp>`, read by the book and again with known names; or the error text. */
function timeOf(timestamp: bigint, precision: Precision): bigint | string {
  const outcomes = parse(`m f=1\nm f=1 ${timestamp}\nm f=1 ${timestamp}\n`, { precision, defaultTimeNs: 0n });
  const [first, second] = outcomes.slice(1).map((o) => ("error" in o ? o.error : o.point.timeNs!));
  assert.equal(first, second);
  return first!;
}

describe("timestamps", () => {
  it("scale exactly at every precision, and say so when int64 cannot hold them", () => {
    for (const [precision, unit] of UNITS) {
      const edge = [
        0n,
        1n,
        -1n,
        999_999_999n,
        10n ** 9n,
        MAX / unit,
        MIN / unit,
        MAX / unit + 1n,
        MIN / unit - 1n,
      ];
      fc.assert(
        fc.property(fc.oneof(fc.bigInt({ min: MIN, max: MAX }), fc.constantFrom(...edge)), (timestamp) => {
          if (timestamp > MAX || timestamp < MIN) return;
          const scaled = timestamp * unit;
          const inRange = scaled <= MAX && scaled >= MIN;
          const expected = inRange
            ? scaled
            : `timestamp, ${timestamp}, out of range for precision: ${PRECISION_NAMES[precision]}`;
          assert.equal(timeOf(timestamp, precision), expected);
        }),
      );
    }
  });

  it("are guessed by size when the precision is auto, line by line", () => {
    const ranges: [bigint, Precision][] = [
      [0n, Precision.second],
      [4_999_999_999n, Precision.second],
      [5_000_000_000n, Precision.millisecond],
      [4_999_999_999_999n, Precision.millisecond],
      [5_000_000_000_000n, Precision.microsecond],
      [4_999_999_999_999_999n, Precision.microsecond],
      [5_000_000_000_000_000n, Precision.nanosecond],
      [MAX, Precision.nanosecond],
    ];
    for (const [timestamp, precision] of ranges) {
      assert.equal(timeOf(timestamp, Precision.auto), timestamp * UNITS.get(precision)!, String(timestamp));
      assert.equal(
        timeOf(-timestamp, Precision.auto),
        -timestamp * UNITS.get(precision)!,
        String(-timestamp),
      );
    }
    assert.equal(timeOf(MIN, Precision.auto), MIN);
  });

  it("may have leading zeros and a negative zero", () => {
    for (const [text, time] of [
      ["007", 7n],
      ["-0", 0n],
      ["-000000000000000000000012", -12n],
    ] as const) {
      const [, slow, fast] = parse(`m f=1\nm f=1 ${text}\nm f=1 ${text}\n`);
      for (const outcome of [slow!, fast!]) {
        assert.ok("point" in outcome);
        assert.equal(outcome.point.timeNs, time);
      }
    }
  });

  it("are remembered from line to line only while they are the same", () => {
    const times = [
      "1700000000000000000",
      "1700000000000000001",
      "17000000000",
      "1700000000000000001",
      "5",
      "5 ",
      "12",
    ];
    const body = times.map((time) => `m f=1 ${time}`).join("\n");
    const read = parse(`m f=1\n${body}\n`).slice(1);
    assert.deepEqual(
      read.map((outcome) => "point" in outcome && outcome.point.timeNs),
      times.map((time) => BigInt(time)),
    );
  });

  it("are read anew when the next body has another precision", () => {
    const parser = new LineParser();
    const body = Buffer.from("m f=1 2000000\nm f=1 2000000\n");
    for (const [precision, unit] of UNITS) {
      parser.reset(body, 0, body.length, { precision, defaultTimeNs: 0n });
      while (parser.next()) {
        assert.equal(int64FromHalves(parser.timeLo, parser.timeHi), 2_000_000n * unit);
      }
    }
  });
});

describe("lines without timestamp", () => {
  it("get the default time, cut down to the precision", () => {
    const cases: [Precision, bigint, bigint][] = [
      [Precision.auto, 1_234_567_891n, 1_234_567_891n],
      [Precision.nanosecond, 1_234_567_891n, 1_234_567_891n],
      [Precision.microsecond, 1_234_567_891n, 1_234_567_000n],
      [Precision.millisecond, 1_234_567_891n, 1_234_000_000n],
      [Precision.second, 1_234_567_891n, 1_000_000_000n],
      [Precision.second, -1n, -1_000_000_000n],
    ];
    for (const [precision, defaultTimeNs, expected] of cases) {
      const parser = new LineParser();
      const body = Buffer.from("m f=1\nm f=1\n");
      parser.reset(body, 0, body.length, { precision, defaultTimeNs });
      while (parser.next()) {
        assert.equal(parser.hasTime, false);
        assert.equal(int64FromHalves(parser.timeLo, parser.timeHi), expected);
      }
    }
    assert.equal(parsePoint("m f=1").timeNs, undefined);
  });
});
