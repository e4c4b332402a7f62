import assert from "node:assert/strict";
import type { RunError, RunOutcome } from "@millrace/plugin-runtime";
import { TriggerLog } from "#src/engine/logs/index.js";
import { RunLog } from "#src/engine/runs/index.js";
import { type LogFields, silentLogger } from "#src/foundation/index.js";
import { FakeClock } from "../engine/support/fake-clock.ts";

const RUN = {
  databaseId: 1,
  database: "db",
  trigger: "t",
  pluginFilename: "p.py",
  kind: "writes",
  rowsIn: 3,
  attempt: 1,
} as const;

const OK: RunOutcome = { ok: true, logs: [], writes: [], events: [], durationNs: 2_000_000 };

function failed(error: Partial<RunError>): RunOutcome {
  const complete = {
    text: "ValueError: no",
    type: "ValueError",
    kind: "exception",
    phase: "call",
    traceback: [],
  };
  return { ...OK, ok: false, error: { ...complete, ...error } as RunError };
}

describe("the record of a run", () => {
  const clock = new FakeClock();
  let errors: [string, LogFields | undefined][];
  let log: TriggerLog;
  let runs: RunLog;

  beforeEach(() => {
    errors = [];
    const logger = {
      ...silentLogger,
      error: (text: string, fields?: LogFields) => void errors.push([text, fields]),
    };
    log = new TriggerLog(clock, silentLogger);
    runs = new RunLog({ log, logger, clock, random: () => Uint8Array.of(0, 0), maxRuns: 3 });
  });

  it("appears when the run begins, and says what came of it when it ends", async () => {
    const record = runs.open(RUN);
    assert.deepEqual(runs.rows(), []);
    await clock.advance(250);
    record.began();
    const [running] = runs.rows();
    assert.deepEqual(
      [running!.outcome, running!.waitedMs, running!.startedAtNs, running!.durationNs],
      ["running", 250, clock.nowNs(), undefined],
    );
    record.wrote(4);
    record.wrote(1);
    record.ended(OK);
    const [ended] = runs.rows();
    assert.deepEqual([ended!.outcome, ended!.durationNs, ended!.linesWritten], ["ok", 2_000_000, 5]);
  });

  it("tells the ways to fail apart", () => {
    const kinds: [RunError["kind"], string][] = [
      ["exception", "error"],
      ["missing-function", "error"],
      ["timeout", "timeout"],
      ["memory", "memory"],
      ["budget", "budget"],
      ["killed", "killed"],
      ["fatal", "fatal"],
    ];
    for (const [kind, outcome] of kinds) {
      const record = runs.open(RUN);
      record.began();
      record.ended(failed({ kind, text: "x".repeat(5000) }));
      assert.equal(record.outcome, outcome);
      assert.equal(record.error?.length, 2000);
    }
    assert.equal(runs.rows().length, 3, "the oldest make room");
    const wal = new Map(runs.figures.kinds()).get("wal")!;
    assert.deepEqual(Object.fromEntries(wal.outcomes), {
      error: 2,
      timeout: 1,
      memory: 1,
      budget: 1,
      killed: 1,
      fatal: 1,
    });
    assert.deepEqual([wal.durationMs.count, wal.waitMs.count, wal.rowsIn], [7, 7, 21]);
  });

  it("remembers a run for which there was no interpreter", () => {
    runs.open(RUN).notStarted("too many runs wait");
    const [record] = runs.rows();
    assert.deepEqual([record!.outcome, record!.error], ["not_started", "too many runs wait"]);
  });

  it("puts the place of a failure on the lines about it, and in the server's log", () => {
    const record = runs.open(RUN);
    record.began();
    record.log("INFO", "hello", { file: "p.py", line: 2 });
    const frame = { file: "p.py", line: 9, function: "process_writes", source: "json.loads('{')" };
    const inLibrary = { file: "/lib/json/decoder.py", line: 361, function: "raw_decode" };
    record.ended(failed({ traceback: [frame, inLibrary] }));
    record.log("ERROR", "error executing wal plugin: ValueError: no");
    const traceback = [
      "Traceback (most recent call last):",
      '  File "p.py", line 9, in process_writes',
      "    json.loads('{')",
      '  File "/lib/json/decoder.py", line 361, in raw_decode',
      "ValueError: no",
    ].join("\n");
    const rows = log
      .rows()
      .map(({ runId, level, file, line, traceback: shown }) => ({ runId, level, file, line, shown }));
    assert.deepEqual(rows, [
      { runId: record.runId, level: "INFO", file: "p.py", line: 2, shown: undefined },
      { runId: record.runId, level: "ERROR", file: "p.py", line: 9, shown: traceback },
    ]);
    assert.deepEqual(errors, [
      [
        "processing engine: the plugin failed at p.py:9",
        {
          trigger: "t",
          run: record.runId,
          traceback: "p.py:9 in process_writes, /lib/json/decoder.py:361 in raw_decode",
        },
      ],
    ]);
  });

  it("finds the line in a package's module, and bounds what a recursion leaves", () => {
    const record = runs.open({ ...RUN, pluginFilename: "pkg" });
    record.began();
    const frame = { file: "pkg/util.py", line: 4, function: "again", source: "x".repeat(9000) };
    record.ended(failed({ text: "y".repeat(100_000), traceback: Array.from({ length: 1000 }, () => frame) }));
    record.log("ERROR", "failed");
    const [row] = log.rows();
    assert.deepEqual([row!.file, row!.line], ["pkg/util.py", 4]);
    assert.match(row!.traceback!, /\n… 960 more …\n/);
    assert.ok(row!.traceback!.length < 40_000, String(row!.traceback!.length));
  });
});
