import assert from "node:assert/strict";
import type { TestItem, TestResult } from "@millrace/language-server/protocol";
import { closingLines, describeEvent, failuresOf, groupTests, rowsTable } from "#src/test-results/index.js";

const RANGE = { start: { line: 4, character: 0 }, end: { line: 4, character: 3 } };

function test(id: string, kind: TestItem["kind"], plugin: string, line = 0): TestItem {
  return {
    id,
    kind,
    label: id,
    trigger: "writes",
    uri: `file:///${id}`,
    range: { start: { line, character: 0 }, end: { line, character: 1 } },
    plugin: { name: plugin, uri: `file:///${plugin}`, isPackage: false },
  };
}

const RESULT: TestResult = {
  testId: "t",
  label: "process_writes",
  outcome: "failed",
  where: "local",
  durationMs: 12.4,
  differences: [],
  rows: [],
  rowCount: 0,
  untoldEvents: 0,
  notes: [],
};

describe("tests in the Test Explorer", () => {
  it("stand below their plugins: functions first, each kind in the order of its lines", () => {
    const groups = groupTests([
      test("case 2", "case", "b.py", 9),
      test("request", "entryPoint", "b.py", 20),
      test("writes", "entryPoint", "b.py", 3),
      test("case 1", "case", "b.py", 2),
      test("other", "entryPoint", "a.py"),
    ]);
    assert.deepEqual(
      groups.map(({ name, tests }) => [name, tests.map(({ id }) => id)]),
      [
        ["a.py", ["other"]],
        ["b.py", ["writes", "request", "case 1", "case 2"]],
      ],
    );
  });
});

describe("what a test did", () => {
  it("is told in lines, at the lines of the source that did it", () => {
    const log = describeEvent({ kind: "log", level: "WARN", message: "hot", uri: "file:///a.py", line: 7 });
    assert.deepEqual(log, { text: "WARN hot", place: { uri: "file:///a.py", line: 7 } });
    const write = describeEvent({ kind: "write", database: "home", lineProtocol: "a b=1" });
    assert.deepEqual(write, { text: "write to home: a b=1", place: undefined });
    const query = describeEvent({ kind: "query", sql: "SELECT *\n  FROM home", rows: 1 });
    assert.equal(query.text, "query SELECT * FROM home → 1 row");
  });

  it("ends with its outcome, and with what a request was answered", () => {
    const response = { status: 200, headers: [], body: "{}" };
    assert.deepEqual(
      closingLines({ ...RESULT, outcome: "passed", rowCount: 1, response, notes: ["A note."] }),
      [
        "answer 200: {}",
        "process_writes passed here, without a server: 12 ms, 1 row written; nothing was stored",
        "A note.",
      ],
    );
  });
});

describe("why a test failed", () => {
  it("is what was raised, where it was raised, with the innermost call first", () => {
    const frame = (name: string, line: number) => ({
      function: name,
      file: "a.py",
      uri: "file:///a.py",
      line,
    });
    const [failure] = failuresOf({
      ...RESULT,
      error: {
        message: "ValueError: no",
        uri: "file:///a.py",
        line: 9,
        traceback: [frame("process_writes", 3), frame("inner", 9)],
      },
    });
    assert.deepEqual(failure?.place, { uri: "file:///a.py", line: 9 });
    assert.deepEqual(
      failure?.frames.map((it) => it.function),
      ["inner", "process_writes"],
    );
  });

  it("is what a case expects beside what came, at the expectation", () => {
    const [failure] = failuresOf({
      ...RESULT,
      differences: [
        {
          what: "logs",
          expected: ["INFO a"],
          actual: ["INFO b", "INFO c"],
          uri: "file:///a.test.yaml",
          range: RANGE,
        },
      ],
    });
    assert.equal(failure?.message, "logs: not as expected");
    assert.deepEqual([failure?.expected, failure?.actual], ["INFO a", "INFO b\nINFO c"]);
    assert.deepEqual(failure?.place, { uri: "file:///a.test.yaml", line: 4 });
  });

  it("is never nothing", () => {
    assert.equal(failuresOf(RESULT)[0]?.message, "It did not pass.");
    assert.equal(failuresOf({ ...RESULT, message: "Cancelled." })[0]?.message, "Cancelled.");
  });
});

describe("the rows that a test wrote", () => {
  it("are one table with the tags and fields of all", () => {
    const row = { database: "home", table: "alerts" };
    const table = rowsTable({
      rows: [
        { ...row, timeNs: "17", tags: { room: "Kitchen" }, fields: { temp: { type: "float", value: 21.5 } } },
        { ...row, tags: {}, fields: { n: { type: "integer", value: "9007199254740993" } } },
      ],
      rowCount: 5,
    });
    assert.deepEqual(table.columns, ["database", "table", "room", "temp", "n", "time"]);
    assert.deepEqual(table.rows[0], ["home", "alerts", "Kitchen", "21.5", null, "17"]);
    assert.deepEqual(table.rows[1], ["home", "alerts", null, null, "9007199254740993", null]);
    assert.equal(table.rowCount, 5);
  });
});
