import assert from "node:assert/strict";
import { nextRuns, parseTriggerSpec, type ScheduleSpec } from "@millrace/api";

describe("the next runs of a schedule", () => {
  const runs = (spec: string, count: number, after: number) =>
    nextRuns(parseTriggerSpec(spec) as ScheduleSpec, after, count).map((ms) => new Date(ms).toISOString());

  it("lie on multiples of an interval since the epoch", () => {
    assert.deepEqual(runs("every:1h", 2, Date.UTC(2026, 0, 1, 5, 59, 59, 999)), [
      "2026-01-01T06:00:00.000Z",
      "2026-01-01T07:00:00.000Z",
    ]);
    assert.deepEqual(runs("every:1w", 1, Date.UTC(2026, 0, 1)), ["2026-01-08T00:00:00.000Z"]);
    assert.deepEqual(runs("every:1500ms", 2, 0), ["1970-01-01T00:00:01.500Z", "1970-01-01T00:00:03.000Z"]);
  });
  it("end where a cron expression has no more", () => {
    assert.deepEqual(runs("cron:0 0 0 1 1 ? 2030", 3, Date.UTC(2026, 0, 1)), ["2030-01-01T00:00:00.000Z"]);
    assert.deepEqual(runs("cron:0 0 0 30 2 *", 3, 0), []);
  });
});
