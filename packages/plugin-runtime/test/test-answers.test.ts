import assert from "node:assert/strict";
import {
  describeRequestTest,
  describeTest,
  failedTest,
  nextRun,
  type PluginEvent,
  type PluginInput,
  type RunOutcome,
  refusalText,
  startText,
  syntaxProblem,
  triggerTimeText,
} from "@millrace/plugin-runtime";

const at = { file: "p.py", line: 3, atNs: 5 };
const INPUT: PluginInput = { kind: "writes", batches: { frames: [] } };

function outcome(parts: Partial<RunOutcome>): RunOutcome {
  return {
    ...{ ok: parts.error === undefined, logs: [], writes: [], events: [], durationNs: 1_020_000 },
    ...parts,
  } as RunOutcome;
}

describe("answers of plugin tests", () => {
  it("logs stand between the framework's own lines", async () => {
    const logs = [{ level: "WARN" as const, message: "careful", file: "p.py", line: 1 }];
    assert.deepEqual((await describeTest(INPUT, outcome({ logs }))).log_lines, [
      "INFO: starting execution of wal plugin.",
      "WARN: careful",
      "INFO: finished execution in 1ms 20us",
    ]);
  });

  it("what was written at once comes before what was queued, each in call order", async () => {
    const write = (text: string, sync: boolean, database = "a") => ({
      ...{ database, text, sync, file: "p.py", line: 1 },
    });
    const writes = [write("1", false), write("2", true), write("3", false), write("4", true, "b")];
    assert.deepEqual((await describeTest(INPUT, outcome({ writes }))).database_writes, {
      a: ["2", "1", "3"],
      b: ["4"],
    });
  });

  it("a failure leaves the error, the traceback and the events", async () => {
    const events: PluginEvent[] = [
      { kind: "network", message: "refused: x", ...at },
      { kind: "file", message: "wrote 1 bytes to /p/a", ...at, line: null },
      { kind: "query", database: "d", sql: "SELECT 1", rows: null, ...at },
      { kind: "write", database: "d", lineProtocol: "m v=1", sync: false, ...at },
    ];
    const error = {
      ...{ text: "ValueError: x", type: "ValueError", kind: "exception" as const, phase: "call" as const },
      traceback: [
        { file: "p.py", line: null, function: "f" },
        { file: "p.py", line: 3, function: "g", source: "x".repeat(501) },
      ],
    };
    assert.deepEqual(await describeTest(INPUT, outcome({ error, events, durationNs: 2_000_000 })), {
      log_lines: [],
      database_writes: {},
      errors: ["error executing plugin: ValueError: x"],
      events: [
        { kind: "network", message: "refused: x", ...at },
        { kind: "file", message: "wrote 1 bytes to /p/a", ...at, line: 0 },
        { kind: "query", database: "d", sql: "SELECT 1", ...at },
        { kind: "write", database: "d", lineProtocol: "m v=1", ...at },
      ],
      durationMs: 2,
      traceback: [
        { file: "p.py", line: 0, function: "f" },
        { file: "p.py", line: 3, function: "g", source: `${"x".repeat(500)}…` },
      ],
    });
    assert.deepEqual(failedTest("no"), { log_lines: [], database_writes: {}, errors: ["no"] });
  });

  it("a response is text when it is UTF-8, and base64 otherwise", async () => {
    const input: PluginInput = {
      kind: "request",
      request: { query: {}, headers: {}, body: new Uint8Array(0) },
    };
    const headers: [string, string][] = [["a", "b"]];
    const text = outcome({ response: { status: 200, headers, body: Buffer.from("grün") } });
    assert.deepEqual((await describeRequestTest(input, text)).response, {
      status: 200,
      headers,
      body: "grün",
    });
    const bytes = outcome({ response: { status: 200, headers: [], body: Uint8Array.of(255, 0) } });
    assert.deepEqual((await describeRequestTest(input, bytes)).response, {
      ...{ status: 200, headers: [], body_base64: "/wA=" },
    });
    const failed = await describeRequestTest(input, outcome({}));
    assert.equal(failed.response, null);
    assert.equal(failed.log_lines[0], "INFO: starting execution of request plugin.");
  });

  it("times are told to the second", () => {
    const callTimeNs = 1_735_689_605_000_000_000n;
    assert.equal(
      startText({ kind: "schedule", callTimeNs }),
      "starting execution with scheduled time 2025-01-01 00:00:05 UTC",
    );
    assert.equal(triggerTimeText(1_735_689_605_000), "2025-01-01T00:00:05Z");
  });

  it("a schedule is told by its next time, or by what is wrong with it", () => {
    const nowMs = Date.parse("2025-01-01T00:00:01Z");
    assert.equal(nextRun(null, nowMs), nowMs + 1000);
    assert.equal(nextRun("0 0 * * * *", nowMs), Date.parse("2025-01-01T01:00:00Z"));
    assert.match((nextRun("bad", nowMs) as { error: string }).error, /^invalid cron syntax: /);
    assert.deepEqual(nextRun("0 0 0 30 2 *", nowMs), {
      error: "cron schedule never triggers: 0 0 0 30 2 *",
    });
  });

  it("refused lines are told with the database and the reason", () => {
    assert.equal(syntaxProblem("m v=1 5\nm,t=a v=2i"), undefined);
    const problem = syntaxProblem("m v=1\nnonsense")!;
    assert.equal(problem.kind, "syntax");
    assert.equal(refusalText("d", problem), `line protocol parse error on write to db d: ${problem.text}`);
    assert.equal(refusalText("d", { kind: "name", text: "x" }), "database name d is invalid: x");
    assert.equal(
      refusalText("d", { kind: "schema", text: "x" }),
      "Failed to validate output lines to db d: x",
    );
  });
});
