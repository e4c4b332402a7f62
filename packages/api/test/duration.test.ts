import assert from "node:assert/strict";
import { formatDuration, GrammarError, parseDuration } from "@millrace/api";
import fc from "fast-check";

const SECOND = 1_000_000_000n;

function refusal(text: string): string {
  try {
    parseDuration(text);
  } catch (error) {
    assert.ok(error instanceof GrammarError);
    return error.message;
  }
  return assert.fail(`${JSON.stringify(text)} was accepted`);
}

describe("durations", () => {
  it("knows every unit under every spelling", () => {
    const table: [bigint, string][] = [
      [1n, "ns nsec nanos"],
      [1_000n, "us µs usec"],
      [1_000_000n, "ms msec millis"],
      [SECOND, "s sec secs second seconds"],
      [60n * SECOND, "m min mins minute minutes"],
      [3600n * SECOND, "h hr hrs hour hours"],
      [86400n * SECOND, "d day days"],
      [604800n * SECOND, "w wk wks week weeks"],
      [2630016n * SECOND, "M mo month months"],
      [31557600n * SECOND, "y yr yrs year years"],
    ];
    for (const [ns, spellings] of table) {
      for (const unit of spellings.split(" ")) assert.equal(parseDuration(`3${unit}`), 3n * ns, unit);
    }
  });

  it("adds items up, with or without white space", () => {
    assert.equal(parseDuration("1h30m"), 5400n * SECOND);
    assert.equal(parseDuration(" 1h  30 m "), 5400n * SECOND);
    assert.equal(parseDuration("30d12h"), (30n * 86400n + 43200n) * SECOND);
    assert.equal(parseDuration("90 days"), 90n * 86400n * SECOND);
  });

  it("takes fractions as long as they are whole nanoseconds", () => {
    assert.equal(parseDuration("4.2s"), 4_200_000_000n);
    assert.equal(parseDuration("0.5h"), 1800n * SECOND);
    assert.match(refusal("0.5ns"), /^number is too large or cannot be represented/);
    assert.equal(refusal("1.s"), "invalid character at 1");
  });

  it("takes a bare zero and no other bare number", () => {
    assert.equal(parseDuration("0"), 0n);
    assert.equal(refusal("5"), "time unit needed, for example 5sec or 5ms");
    assert.equal(refusal("1h 5"), "time unit needed, for example 5sec or 5ms");
  });

  it("says what is wrong and where, in bytes", () => {
    assert.equal(refusal(""), "value was empty");
    assert.equal(refusal("   "), "value was empty");
    assert.equal(refusal("-5s"), "expected number at 0");
    assert.equal(refusal("5s, 6s"), "invalid character at 2");
    assert.equal(refusal("1µs;"), "invalid character at 4");
    assert.equal(
      refusal("3fortnights"),
      'unknown time unit "fortnights", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)',
    );
    assert.match(refusal("99999999999999999999y"), /^number is too large/);
    assert.match(refusal("9".repeat(100_000)), /^number is too large/);
  });

  it("prints largest unit first, without weeks and without zero parts", () => {
    for (const [text, printed] of [
      ["90s", "1m 30s"],
      ["72h", "3days"],
      ["30d", "30days"],
      ["1w", "7days"],
      ["32d", "1month 1day 13h 26m 24s"],
      ["1y", "1year"],
      ["2y 2M 3d 4h 5m 6s 7ms 8us 9ns", "2years 2months 3days 4h 5m 6s 7ms 8us 9ns"],
      ["0", "0s"],
    ]) {
      assert.equal(formatDuration(parseDuration(text!)), printed);
    }
  });

  it("reads back every duration it prints", () => {
    const seconds = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
    const nanos = fc.bigInt({ min: 0n, max: 999_999_999n });
    fc.assert(
      fc.property(seconds, nanos, (secs, ns) => {
        const total = secs * SECOND + ns;
        assert.equal(parseDuration(formatDuration(total)), total);
      }),
    );
  });

  it("never answers junk with anything but a number or a GrammarError", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.µsmhdwMyn -+é\n") }), (text) => {
        try {
          assert.ok(parseDuration(text) >= 0n);
        } catch (error) {
          assert.ok(error instanceof GrammarError, String(error));
        }
      }),
    );
  });
});
