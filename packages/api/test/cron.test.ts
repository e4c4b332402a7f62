import assert from "node:assert/strict";
import { CronSchedule, cronNote, nextRuns, parseCron, toSixFields } from "@millrace/api";
import fc from "fast-check";

const START = Date.UTC(2026, 0, 1);

function runs(expression: string, count: number, after = START): string[] {
  return nextRuns({ kind: "cron", expression }, after, count).map((ms) =>
    new Date(ms).toISOString().slice(0, 19),
  );
}

describe("cron", () => {
  it("reads six and seven fields with Sunday = 1", () => {
    assert.deepEqual(runs("0 */5 * * * *", 2), ["2026-01-01T00:05:00", "2026-01-01T00:10:00"]);
    assert.deepEqual(runs("*/10 * * * * *", 2), ["2026-01-01T00:00:10", "2026-01-01T00:00:20"]);
    assert.deepEqual(runs("0 0 0 * * 1", 2), ["2026-01-04T00:00:00", "2026-01-11T00:00:00"]);
    assert.deepEqual(runs("0 0 8 * * Mon-Fri", 3), [
      "2026-01-01T08:00:00",
      "2026-01-02T08:00:00",
      "2026-01-05T08:00:00",
    ]);
    assert.deepEqual(runs("0 0 0 1 1 ? 2030", 5), ["2030-01-01T00:00:00"]);
    assert.deepEqual(runs("5/20 0 0 1 february *", 2), ["2026-02-01T00:00:05", "2026-02-01T00:00:25"]);
  });

  it("wants both day fields to match with six fields, either with five", () => {
    // The 13th of 2026 is a Friday in February, March and November only.
    assert.deepEqual(runs("0 0 0 13 * FRI", 3), [
      "2026-02-13T00:00:00",
      "2026-03-13T00:00:00",
      "2026-11-13T00:00:00",
    ]);
    assert.deepEqual(runs("0 0 13 * FRI", 4), [
      "2026-01-02T00:00:00",
      "2026-01-09T00:00:00",
      "2026-01-13T00:00:00",
      "2026-01-16T00:00:00",
    ]);
  });

  it("reads five fields as Unix does: Sunday is 0 and 7", () => {
    for (const sunday of ["0", "7", "sun"]) {
      assert.deepEqual(runs(`30 6 * * ${sunday}`, 1), ["2026-01-04T06:30:00"]);
    }
    assert.deepEqual(runs("0 0 * * 5-7", 3), [
      "2026-01-02T00:00:00",
      "2026-01-03T00:00:00",
      "2026-01-04T00:00:00",
    ]);
  });

  it("knows the shorthands", () => {
    assert.deepEqual(runs("@yearly", 1), ["2027-01-01T00:00:00"]);
    assert.deepEqual(runs("@monthly", 1), ["2026-02-01T00:00:00"]);
    assert.deepEqual(runs("@weekly", 1), ["2026-01-04T00:00:00"]);
    assert.deepEqual(runs("@daily", 1), ["2026-01-02T00:00:00"]);
    assert.deepEqual(runs("@hourly", 1), ["2026-01-01T01:00:00"]);
  });

  it("names the field and the value that are wrong", () => {
    for (const [expression, pattern] of [
      ["60 * * * * *", /'60' in the second field: expected a number from 0 to 59/],
      ["0 x * * * *", /'x' in the minute field/],
      ["0 0 24 * * *", /'24' in the hour field/],
      ["0 0 0 0 * *", /'0' in the day of month field/],
      ["0 0 0 1 13 *", /'13' in the month field/],
      [
        "0 0 0 * * 0",
        /'0' in the day of week field: expected a number from 1 to 7 or a name; .*Sunday is 1$/,
      ],
      [
        "0 0 * * 8",
        /'8' in the day of week field: expected a number from 0 to 7 or a name; .*Sunday is 0 or 7$/,
      ],
      ["0 0 0 * * Sonntag", /'Sonntag' in the day of week field: expected a number from 1 to 7 or a name/],
      [
        "0 0 0 * * Fri-Sun",
        /'Fri-Sun' in the day of week field: the range ends before it begins; write Fri-7,1-Sun$/,
      ],
      ["0 0 0 * * Mon/2", /'Mon\/2' in the day of week field: a named value takes no step/],
      ["0 0 0 * * * 1969", /'1969' in the year field/],
      ["*/0 * * * * *", /'\*\/0' in the second field: the step must be from 1 to 59/],
      ["0 */60 * * * *", /the step must be from 1 to 59/],
      ["0 ? * * * *", /'\?' in the minute field/],
      ["0 1- * * * *", /'1-' in the minute field/],
      ["0 , * * * *", /'' in the minute field/],
      ["0 0 L * *", /'L' in the day of month field: .*; L, W and # are not known here$/],
      ["0 0 0 15W * *", /'15W' in the day of month field: .*; L, W and # are not known here$/],
      ["0 0 0 * * Fri#2", /'Fri#2' in the day of week field: .*; L, W and # are not known here$/],
      ["* * * *", /got 4 in/],
      ["", /got 0 in/],
      ["* * * * * * * *", /got 8 in/],
      ["@reboot", /unknown shorthand '@reboot'/],
    ] as const) {
      assert.throws(() => parseCron(expression), pattern, expression);
    }
  });

  it("says at once that a date never comes", () => {
    assert.equal(new CronSchedule("0 0 0 30 2 *").next(START), undefined);
    assert.equal(new CronSchedule("0 0 0 1 1 * 2020").next(START), undefined);
    assert.equal(new CronSchedule("* * * * * *").next(Date.UTC(2100, 11, 31, 23, 59, 59)), undefined);
    assert.equal(new CronSchedule("* * * * * *").next(Number.MAX_SAFE_INTEGER), undefined);
    assert.equal(runs("0 0 0 29 2 *", 1)[0], "2028-02-29T00:00:00");
  });

  it("is followed by a note where numbers of week days may be misread", () => {
    assert.match(cronNote("0 0 8 * * 1-5")!, /^with 6 fields .* '1-5' means Sun, Mon, Tue, Wed, Thu; names /);
    assert.match(cronNote("0 0 8 * * 7,1 2030")!, /^with 7 fields .* '7,1' means Sun, Sat; /);
    for (const clear of ["0 0 8 * * Mon-Fri", "0 8 * * 1-5", "* * * * * *", "0 0 0 * * */2", "@daily"]) {
      assert.equal(cronNote(clear), undefined, clear);
    }
  });

  it("translates five fields to six where that can be said", () => {
    assert.equal(toSixFields("0 0 * * *"), "0 0 0 * * *");
    assert.equal(toSixFields("*/5 8 * * 1-5"), "0 */5 8 * * Mon,Tue,Wed,Thu,Fri");
    assert.equal(toSixFields("0 0 * * 7"), "0 0 0 * * Sun");
    assert.equal(toSixFields("0 0 1 * 1"), undefined);
    assert.equal(toSixFields("0 0 0 * * 1"), "0 0 0 * * 1");
  });
});

const item = (min: number, max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    fc.integer({ min, max }).map(String),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.integer({ min: 1, max }).map((step) => `*/${step}`),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max })).map(([from, step]) => `${from}/${step}`),
  );
const list = (min: number, max: number) =>
  fc.array(item(min, max), { minLength: 1, maxLength: 3 }).map((items) => items.join(","));

/** Membership worked out from the text itself, independently of the parser. */
function matches(text: string, value: number, max: number): boolean {
  return text.split(",").some((one) => {
    const [body, step] = one.split("/");
    const [low, high] = body === "*" ? [0, max] : body!.split("-").map(Number);
    const top = high ?? (step === undefined ? low! : max);
    if (body === "*" && step !== undefined)
      return (value - (max === 31 || max === 12 || max === 7 ? 1 : 0)) % Number(step) === 0;
    return value >= low! && value <= top && (value - low!) % Number(step ?? 1) === 0;
  });
}

describe("cron against a scan of the clock", () => {
  const fields = fc.tuple(list(0, 59), list(0, 59), list(0, 23), list(1, 31), list(1, 12), list(1, 7));

  it("next() is the first second that matches every field", () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 0, max: 4e9 }), ([s, m, h, dom, mon, dow], afterSec) => {
        const after = afterSec * 1000;
        const found = new CronSchedule(`${s} ${m} ${h} ${dom} ${mon} ${dow}`).next(after);
        const fires = (ms: number) => {
          const at = new Date(ms);
          return (
            matches(s, at.getUTCSeconds(), 59) &&
            matches(m, at.getUTCMinutes(), 59) &&
            matches(h, at.getUTCHours(), 23) &&
            matches(dom, at.getUTCDate(), 31) &&
            matches(mon, at.getUTCMonth() + 1, 12) &&
            matches(dow, at.getUTCDay() + 1, 7)
          );
        };
        // A scan by seconds for an hour, and the answer itself.
        for (
          let ms = after + 1000;
          ms <= Math.min(found ?? Number.POSITIVE_INFINITY, after + 3_600_000);
          ms += 1000
        ) {
          assert.equal(fires(ms), ms === found, new Date(ms).toISOString());
        }
        if (found !== undefined) assert.ok(found > after && fires(found));
      }),
      { numRuns: 150 },
    );
  });

  it("skips no day", () => {
    const days = fc.tuple(list(1, 31), list(1, 12), list(1, 7));
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 30_000 }), ([dom, mon, dow], day) => {
        const after = day * 86_400_000;
        const found = new CronSchedule(`0 0 0 ${dom} ${mon} ${dow}`).next(after);
        let expected: number | undefined;
        for (let ms = after + 86_400_000; ms < Date.UTC(2101, 0, 1); ms += 86_400_000) {
          const at = new Date(ms);
          if (!matches(dom, at.getUTCDate(), 31) || !matches(mon, at.getUTCMonth() + 1, 12)) continue;
          if (!matches(dow, at.getUTCDay() + 1, 7)) continue;
          expected = ms;
          break;
        }
        assert.equal(found, expected);
      }),
      { numRuns: 100 },
    );
  });
});
