import assert from "node:assert/strict";
import {
  addToInstant,
  arrowTypeName,
  commonType,
  comparisonType,
  FLOAT64,
  INT32,
  INT64,
  listOf,
  NULL,
  offsetSecondsAt,
  parseArrowTypeName,
  parseInstant,
  parseInterval,
  TAG,
  TIMESTAMP,
  timestampType,
  UINT64,
  UTF8,
  wallClockToUtc,
} from "@millrace/sql";
import fc from "fast-check";

describe("types", () => {
  describe("instants", () => {
    const cases: readonly (readonly [text: string, iso: string, nanos?: bigint])[] = [
      ["2022-01-01T08:00:00Z", "2022-01-01T08:00:00Z"],
      ["2022-01-01 08:00:00", "2022-01-01T08:00:00Z"],
      ["2022-01-01", "2022-01-01T00:00:00Z"],
      ["2022-01-01T08:00", "2022-01-01T08:00:00Z"],
      ["2022-01-01T08:00:00.123456789Z", "2022-01-01T08:00:00Z", 123_456_789n],
      ["2022-01-01T08:00:00.5+02:00", "2022-01-01T06:00:00Z", 500_000_000n],
      ["2022-01-01T08:00:00-0530", "2022-01-01T13:30:00Z"],
      ["2025-01-01 00:00:00+00:00", "2025-01-01T00:00:00Z"],
      ["1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59Z", 999_999_999n],
      ["2022-07-01T08:00:00 Europe/Paris", "2022-07-01T06:00:00Z"],
    ];
    for (const [text, iso, nanos = 0n] of cases) {
      it(`reads ${text}`, () => {
        assert.equal(parseInstant(text), BigInt(Date.parse(iso)) * 1_000_000n + nanos);
      });
    }

    for (const text of [
      "",
      "abc",
      "2022-02-30",
      "2022-13-01",
      "2022-01-01T25:00:00",
      "2022",
      "2022-01-01T08:00:00 No/Zone",
      "0001-01-01",
      "2300-01-01",
    ]) {
      it(`refuses ${text === "" ? "an empty text" : text}`, () =>
        assert.equal(parseInstant(text), undefined));
    }

    it("reads back what ISO 8601 prints", () => {
      fc.assert(
        fc.property(
          fc.date({ min: new Date("1700-01-01"), max: new Date("2250-01-01"), noInvalidDate: true }),
          (date) => {
            assert.equal(parseInstant(date.toISOString()), BigInt(date.getTime()) * 1_000_000n);
          },
        ),
      );
    });
  });

  it("reads intervals", () => {
    const parts = (text: string, unit?: string) => {
      const value = parseInterval(text, unit);
      return value === undefined ? undefined : [value.months, value.days, value.nanos];
    };
    assert.deepEqual(parts("1 hour 30 minutes"), [0, 0, 5_400_000_000_000n]);
    assert.deepEqual(parts("1h"), [0, 0, 3_600_000_000_000n]);
    assert.deepEqual(parts("-2 days 1 ns"), [0, -2, 1n]);
    assert.deepEqual(parts("1.5 hours"), [0, 0, 5_400_000_000_000n]);
    assert.deepEqual(parts("1 year 2 mons 3 weeks"), [14, 21, 0n]);
    assert.deepEqual(parts("0.5 month"), [0, 15, 0n]);
    assert.deepEqual(parts("01:30:00.5"), [0, 0, 5_400_500_000_000n]);
    assert.deepEqual(parts("10", "minute"), [0, 0, 600_000_000_000n]);
    assert.deepEqual(parts("1 century"), [1200, 0, 0n]);
    for (const bad of ["", "x", "1 parsec", "1 hour x", "hour"]) assert.equal(parts(bad), undefined, bad);
  });

  it("moves instants by the calendar", () => {
    const at = (text: string) => parseInstant(text)!;
    const month = { months: 1, days: 0, nanos: 0n };
    assert.equal(
      addToInstant(at("2022-01-31T01:00:00.000000001Z"), month),
      at("2022-02-28T01:00:00.000000001Z"),
    );
    assert.equal(
      addToInstant(at("1969-12-31T23:59:59.9Z"), { months: -1, days: 1, nanos: -1n }),
      at("1969-12-01T23:59:59.899999999Z"),
    );
  });

  it("knows what the clocks of the world show", () => {
    const seconds = (iso: string) => Date.parse(iso) / 1000;
    assert.equal(offsetSecondsAt("Europe/Paris", seconds("2022-07-01T00:00:00Z")), 7200);
    assert.equal(offsetSecondsAt("America/Los_Angeles", seconds("2022-01-01T00:00:00Z")), -28_800);
    assert.equal(offsetSecondsAt("+05:30", 0), 19_800);
    assert.equal(offsetSecondsAt("No/Where", 0), undefined);
    // Shown twice: the earlier instant. Skipped: read with the offset before the change.
    assert.equal(
      wallClockToUtc(seconds("2022-10-30T02:30:00Z"), "Europe/Paris"),
      seconds("2022-10-30T00:30:00Z"),
    );
    assert.equal(
      wallClockToUtc(seconds("2022-03-27T02:30:00Z"), "Europe/Paris"),
      seconds("2022-03-27T01:30:00Z"),
    );
  });

  it("names types as metadata shows them, and reads the names back", () => {
    const names = [
      "Int64",
      "UInt64",
      "Float64",
      "Utf8",
      "Boolean",
      "Timestamp(ns)",
      "Date32",
      "Dictionary(Int32, Utf8)",
      'Timestamp(ns, "Europe/Paris")',
    ];
    for (const name of names) assert.equal(arrowTypeName(parseArrowTypeName(name)!), name);
    assert.equal(arrowTypeName(parseArrowTypeName("Timestamp(Nanosecond, None)")!), "Timestamp(ns)");
    assert.equal(
      arrowTypeName(parseArrowTypeName('Timestamp(Nanosecond, Some("UTC"))')!),
      'Timestamp(ns, "UTC")',
    );
    for (const name of ["", "toString", "Int65", "Timestamp(x)", "Decimal128(99, 1)"]) {
      assert.equal(parseArrowTypeName(name), undefined, name);
    }
  });

  it("brings two types together", () => {
    assert.equal(commonType(INT64, FLOAT64), FLOAT64);
    assert.equal(commonType(INT32, INT64), INT64);
    assert.equal(commonType(INT64, UINT64), INT64);
    assert.equal(commonType(NULL, UTF8), UTF8);
    assert.deepEqual(commonType(TAG, UTF8), UTF8);
    assert.equal(commonType(TIMESTAMP, FLOAT64), undefined);
    assert.deepEqual(commonType(listOf(INT64), listOf(FLOAT64)), listOf(FLOAT64));
    assert.equal(comparisonType(TIMESTAMP, UTF8), TIMESTAMP);
    assert.equal(comparisonType(UTF8, INT64), INT64);
    assert.equal(comparisonType(TIMESTAMP, INT64), undefined);
    assert.deepEqual(comparisonType(timestampType("ns", "UTC"), TIMESTAMP), timestampType("ns", "UTC"));
  });
});
