import assert from "node:assert/strict";
import { type LogFields, type Logger, silentLogger, systemClock } from "#src/foundation/index.js";
import { replayReport } from "#src/start/index.js";

describe("the report of a replay", () => {
  let nowMs = 0;
  let said: (LogFields | undefined)[] = [];
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const logger: Logger = { ...silentLogger, info: (_message, fields) => said.push(fields) };
  beforeEach(() => {
    nowMs = 5000;
    said = [];
  });
  const progress = (bytesRead: number) => ({ bytesRead, bytesTotal: 400_000_000, entries: bytesRead / 1000 });

  it("is silent when the replay is short, however often it is told", () => {
    const report = replayReport(logger, clock);
    for (let i = 1; i <= 100; i++) {
      nowMs += 19;
      report(progress(i * 4_000_000));
    }
    assert.deepEqual(said, []);
  });

  it("says every two seconds how much is read, how fast, and how long the rest takes", () => {
    const report = replayReport(logger, clock);
    for (const atMs of [1000, 2000, 2500, 3999, 4000]) {
      nowMs = 5000 + atMs;
      report(progress(atMs * 50_000));
    }
    assert.deepEqual(said, [
      { percent: 25, read_mb: 100, total_mb: 400, entries: 100_000, mb_per_second: 50, seconds_left: 6 },
      { percent: 50, read_mb: 200, total_mb: 400, entries: 200_000, mb_per_second: 50, seconds_left: 4 },
    ]);
  });

  it("promises no time while nothing is read", () => {
    const report = replayReport(logger, clock);
    nowMs += 2000;
    report({ bytesRead: 0, bytesTotal: 0, entries: 0 });
    assert.equal(said[0]?.["seconds_left"], undefined);
    assert.equal(said[0]?.["percent"], 0);
  });
});
