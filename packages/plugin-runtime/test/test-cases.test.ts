import assert from "node:assert/strict";
import {
  type CaseHost,
  type CaseResult,
  freezeQueryTime,
  type QueryReply,
  type QueryRequest,
  type RunOutcome,
  type RunRequest,
  readTestFile,
  recordResults,
  runCase,
  type SeedData,
} from "@millrace/plugin-runtime";

/** A host whose plugin does what the test says. */
class FakeCaseHost implements CaseHost {
  readonly plugin = { fileName: "p.py", source: "" };
  readonly runs: RunRequest[] = [];
  readonly queries: QueryRequest[] = [];
  seed: readonly SeedData[] = [];
  seedNowNs: bigint | undefined;
  dropped: string[] = [];
  outcome: Partial<RunOutcome> = {};
  answer: (request: QueryRequest) => QueryReply = () => ({ batches: [] });

  async run(request: RunRequest): Promise<RunOutcome> {
    this.runs.push(request);
    const { error } = this.outcome;
    return {
      ok: error === undefined,
      logs: [],
      writes: [],
      events: [],
      durationNs: 1,
      rows: 0,
      heapBytes: 0,
      ...this.outcome,
    } as RunOutcome;
  }

  async dropCache(namespace: string): Promise<void> {
    this.dropped.push(namespace);
  }

  async prepareQueries(seed: readonly SeedData[], nowNs: bigint | undefined): Promise<void> {
    this.seed = seed;
    this.seedNowNs = nowNs;
  }

  async query(request: QueryRequest): Promise<QueryReply> {
    this.queries.push(request);
    return this.answer(request);
  }

  async readText(relative: string): Promise<string> {
    return `recorded,file=${relative} v=1 1`;
  }

  nowNs(): bigint {
    return 1_000n;
  }
}

const HEAD = "database: db\ncases:\n";

function caseText(lines: string): string {
  return `${HEAD}  - name: one\n    trigger: writes\n    input: m v=1 1\n${lines.replace(/^/gm, "    ")}\n`;
}

async function resultOf(yaml: string, host = new FakeCaseHost()): Promise<CaseResult> {
  const file = readTestFile(yaml, "p.test.yaml");
  return await runCase(file, file.cases[0]!, host);
}

function writing(...texts: string[]): FakeCaseHost {
  const host = new FakeCaseHost();
  const writes = texts.map((text) => ({ database: "db", text, sync: false, file: "p.py", line: 1 }));
  host.outcome = { writes };
  return host;
}

async function differences(lines: string, host: FakeCaseHost): Promise<unknown> {
  const { differences: found, problem } = await resultOf(caseText(lines), host);
  return problem ?? found.map(({ what, expected, actual }) => ({ what, expected, actual }));
}

function expectLine(line: string): string {
  return `expect:\n  writes: [${JSON.stringify(line)}]`;
}

describe("test cases: written lines", () => {
  const same: [what: string, expected: string, written: string][] = [
    ["the order of fields and tags", "m,a=1,b=2 x=1,y=2i 5", "m,b=2,a=1 y=2i,x=1.0 5"],
    ["how a float is written", "m v=1 5", "m v=1.0e0 5"],
    ["how a boolean is written", "m v=true 5", "m v=t 5"],
    ["escapes", "m\\,n,t\\ x=a\\ b v=1 5", "m\\,n,t\\ x=a\\ b v=1 5"],
    ["any tag value", "m,t=<any> v=1 5", "m,t=whatever v=1 5"],
    ["any field value, of any type", "m v=<any>,w=<any> 5", 'm v="text",w=3u 5'],
    ["a field value by expression", "m v=~2[0-9]~ 5", "m v=21.0 5"],
    ["an integer by expression", "m v=~\\d+i~ 5", "m v=21i 5"],
    ["a string by expression", "m v=~.* c~ 5", 'm v="a b c" 5'],
    ["any time", "m v=1 <any>", "m v=1 123"],
    ["any time, none too", "m v=1 <any>", "m v=1"],
    ["a time by expression", "m v=1 ~12.~", "m v=1 123"],
    ["any measurement", "<any>,t=a v=1 5", "other,t=a v=1 5"],
    ["a whole line", "<any>", "m v=1 5"],
    ["a whole line by expression", "~m,.* v=\\d+(\\.0)? 5~", "m,a=1 v=1.0 5"],
    ["a tilde inside a string", 'm v="~a~ b" 5', 'm v="~a~ b" 5'],
  ];
  for (const [what, expected, written] of same) {
    it(`do not differ by ${what}`, async () => {
      assert.deepEqual(await differences(expectLine(expected), writing(written)), []);
    });
  }

  const different: [what: string, expected: string, written: string][] = [
    ["an integer is no float", "m v=1 5", "m v=1i 5"],
    ["an integer is not unsigned", "m v=1u 5", "m v=1i 5"],
    ["a time is not absent", "m v=1", "m v=1 5"],
    ["another time", "m v=1 5", "m v=1 6"],
    ["a tag more", "m v=1 5", "m,t=a v=1 5"],
    ["a field less", "m v=1,w=<any> 5", "m v=1 5"],
    ["a part of the value is not all of it", "m v=~[0-9]~ 5", "m v=12 5"],
    ["a string is no number", 'm v="1" 5', "m v=1 5"],
    ["what is no line protocol", "m v=1 5", "nonsense"],
  ];
  for (const [what, expected, written] of different) {
    it(`differ: ${what}`, async () => {
      assert.deepEqual(await differences(expectLine(expected), writing(written)), [
        { what: "writes to db", expected: [expected], actual: [written] },
      ]);
    });
  }

  it("are compared in any order, and patterns give way to each other", async () => {
    const lines = 'expect:\n  writes: ["m v=<any> 5", "m v=~[12]~ 5", "m v=1 5"]';
    assert.deepEqual(await differences(lines, writing("m v=1 5\nm v=2 5", "m v=3 5")), []);
  });

  it("are compared in order when that is asked for", async () => {
    const lines = "expect:\n  ordered: true\n  writes: [m v=1 5, m v=2 5]";
    assert.deepEqual(await differences(lines, writing("m v=2 5", "m v=1 5")), [
      { what: "writes to db", expected: ["m v=1 5", "m v=2 5"], actual: ["m v=2 5", "m v=1 5"] },
    ]);
  });

  it("are each expected once", async () => {
    const lines = "expect:\n  writes: [m v=1 5]";
    assert.deepEqual(await differences(lines, writing("m v=1 5", "m v=1 5")), [
      { what: "writes to db", expected: [], actual: ["m v=1 5"] },
    ]);
  });

  it("may go to several databases, and to none that is not expected", async () => {
    const host = writing("m v=1 5");
    const [write] = host.outcome.writes!;
    host.outcome = { writes: [write!, { ...write!, database: "other" }] };
    assert.deepEqual(await differences("expect:\n  writes: { db: [m v=1 5] }", host), [
      { what: "writes to other", expected: [], actual: ["m v=1 5"] },
    ]);
    const both = "expect:\n  writes: { db: [m v=1 5], other: [m v=<any> 5] }";
    assert.deepEqual(await differences(both, host), []);
  });

  it("are not looked at without an expectation", async () => {
    assert.deepEqual(await differences("expect: {}", writing("m v=1 5")), []);
  });

  it("an expected line that is none is a mistake of the file", async () => {
    assert.match(
      String(await differences(expectLine("no protocol"), writing())),
      /'no protocol' is no line protocol: /,
    );
    assert.match(String(await differences(expectLine("m v=~(~ 5"), writing())), /is no regular expression/);
  });
});

describe("test cases: logs, prints and errors", () => {
  const logging = (...messages: string[]): FakeCaseHost => {
    const host = new FakeCaseHost();
    host.outcome = {
      logs: messages.map((message) => ({ level: "WARN", message, file: "p.py", line: 1 })),
      events: messages.map((message) => ({
        ...{ kind: "print" as const, stream: "stdout" as const, message },
        ...{ file: "p.py", line: 1, atNs: 1 },
      })),
    };
    return host;
  };
  const failing = (text: string): FakeCaseHost => {
    const host = new FakeCaseHost();
    const error = { text, type: "E", kind: "exception" as const, phase: "call" as const, traceback: [] };
    host.outcome = { error };
    return host;
  };

  for (const expected of [
    "WARN wrote 1",
    "WARN: wrote 1",
    "wrote 1",
    "WARN <any>",
    "wrote <any>",
    "~.* \\d+~",
  ]) {
    it(`a log line is matched by '${expected}'`, async () => {
      const lines = `expect:\n  logs: [${JSON.stringify(expected)}]`;
      assert.deepEqual(await differences(lines, logging("wrote 1")), []);
    });
  }

  it("every log line is expected, with its level", async () => {
    const lines = "expect:\n  logs: [INFO a]\n  prints: [b, a]";
    assert.deepEqual(await differences(lines, logging("a", "b")), [
      { what: "logs", expected: ["INFO a"], actual: ["WARN a", "WARN b"] },
    ]);
  });

  it("a plugin must not fail unless that is expected", async () => {
    assert.deepEqual(await differences("expect: {}", failing("ValueError: x")), [
      { what: "error", expected: ["no error"], actual: ["ValueError: x"] },
    ]);
    assert.deepEqual(await differences("args: {}", failing("ValueError: x")), [
      { what: "error", expected: ["no error"], actual: ["ValueError: x"] },
    ]);
    for (const expected of ["ValueError: x", "ValueError: <any>", "~Value.*~"]) {
      const lines = `expect:\n  error: ${JSON.stringify(expected)}`;
      assert.deepEqual(await differences(lines, failing("ValueError: x")), []);
    }
    assert.deepEqual(await differences("expect:\n  error: 'ValueError: x'", new FakeCaseHost()), [
      { what: "error", expected: ["ValueError: x"], actual: ["no error"] },
    ]);
  });
});

describe("test cases: responses", () => {
  const answering = (body: string): FakeCaseHost => {
    const host = new FakeCaseHost();
    const headers: [string, string][] = [["Content-Type", "application/json"]];
    host.outcome = { response: { status: 201, headers, body: Buffer.from(body) } };
    return host;
  };
  const text = (response: string) =>
    `${HEAD}  - name: one\n    trigger: request\n    expect:\n      ${response}\n`;

  for (const response of [
    "response: { status: 201 }",
    "response: { headers: { content-type: application/json } }",
    "response: { body: { a: [1, { b: <any> }], c: ~x+~ } }",
    `response: { body: '{"a":[1,{"b":null}],"c":"xx"}' }`,
    `response: { body: '{"a":<any>}' }`,
  ]) {
    it(`${response} fits`, async () => {
      const result = await resultOf(text(response), answering('{"a":[1,{"b":null}],"c":"xx"}'));
      assert.deepEqual(result.differences, []);
    });
  }

  it("differs in status, headers and body", async () => {
    const response = "response: { status: 200, headers: { x-a: b }, body: [1] }";
    const result = await resultOf(text(response), answering("[2]"));
    assert.deepEqual(
      result.differences.map(({ what, expected, actual }) => [what, ...expected, ...actual]),
      [
        ["response status", "200", "201"],
        ["response header x-a", "b", "absent"],
        ["response body", "[1]", "[2]"],
      ],
    );
  });

  it("a request is what the case says", async () => {
    const host = answering("");
    await resultOf(
      `${HEAD}  - name: one\n    trigger: request\n    request: { query: { a: 1 }, headers: { X-Y: z }, body: { k: [1] } }\n`,
      host,
    );
    const [run] = host.runs;
    assert.equal(run?.kind, "request");
    const { query, headers, body } = run.request;
    assert.deepEqual(
      [query, headers, Buffer.from(body).toString()],
      [{ a: "1" }, { "x-y": "z" }, '{"k":[1]}'],
    );
  });
});

describe("test cases: what a plugin is called with", () => {
  const inputOf = (host: FakeCaseHost): string => {
    const run = host.runs.at(-1);
    assert.equal(run?.kind, "writes");
    return run.batches.frames.map(({ bytes }) => Buffer.from(bytes).toString()).join("");
  };
  const run = async (lines: string, host = new FakeCaseHost()): Promise<FakeCaseHost> => {
    const { problem } = await resultOf(`${HEAD}  - name: one\n${lines.replace(/^/gm, "    ")}\n`, host);
    if (problem !== undefined) throw new Error(problem);
    return host;
  };

  it("lines, as text, list or recording", async () => {
    assert.equal(inputOf(await run("trigger: writes\ninput: m v=1 1")), "m v=1 1");
    assert.equal(inputOf(await run("trigger: writes\ninput: [m v=1 1, m v=2 2]")), "m v=1 1\nm v=2 2");
    const recorded = await run("trigger: writes\ninput: { recording: a.lp }");
    assert.equal(inputOf(recorded), "recorded,file=a.lp v=1 1");
  });

  it("the rows of a query, with the tags of their table", async () => {
    const host = new FakeCaseHost();
    const texts = (values: string[]) => {
      const bytes = Buffer.from(values.join(""));
      const offsets = Int32Array.from([0, ...values.map((_, i) => values.slice(0, i + 1).join("").length)]);
      return { offsets, bytes: new Uint8Array(bytes) };
    };
    host.answer = ({ sql, params }) => {
      if (sql.includes("information_schema")) {
        assert.deepEqual(params, { table: "cpu" });
        const column = { name: "column_name", type: "utf8" as const, ...texts(["host"]) };
        return { batches: [{ rowCount: 1, columns: [column] }] };
      }
      const host2 = { name: "host", type: "utf8" as const, ...texts(["a", "b"]) };
      const time = { name: "time", type: "timestamp_ns" as const, values: BigInt64Array.of(7n, 8n) };
      const usage = { name: "u", type: "float64" as const, values: Float64Array.of(1.5, 0) };
      const count = { name: "n", type: "int64" as const, values: BigInt64Array.of(2n, 3n) };
      const columns = [host2, time, { ...usage, validity: Uint8Array.of(1) }, count];
      return { batches: [{ rowCount: 2, columns }] };
    };
    await run("trigger: writes\ninput: { query: SELECT * FROM cpu }", host);
    assert.equal(inputOf(host), "cpu,host=a u=1.5,n=2i 7\ncpu,host=b n=3i 8");
  });

  it("times exact to the nanosecond", async () => {
    const host = await run("trigger: schedule\ncall_time: 2026-01-01T01:00:00.123456789+01:00");
    assert.equal((host.runs[0] as { callTimeNs?: bigint }).callTimeNs, 1_767_225_600_123_456_789n);
    const frozen = await run("trigger: schedule\nnow: 2026-01-01T00:00:00Z");
    assert.equal(frozen.runs[0]?.frozenTimeNs, 1_767_225_600_000_000_000n);
    assert.equal(frozen.seedNowNs, 1_767_225_600_000_000_000n);
    const next = await run("trigger: schedule\nnow: 2026-01-01T00:00:30Z\nschedule: 0 */5 * * * *");
    assert.equal((next.runs[0] as { callTimeNs?: bigint }).callTimeNs, 1_767_225_900_000_000_000n);
  });

  it("arguments are text, and the network is refused unless asked for", async () => {
    const host = await run("trigger: schedule\nargs: { a: 1, b: true, c: x }");
    assert.deepEqual(host.runs[0]?.args, { a: "1", b: "true", c: "x" });
    assert.equal(host.runs[0]?.network, false);
    assert.equal((await run("trigger: schedule\nnetwork: true")).runs[0]?.network, true);
    assert.equal((await run("trigger: schedule")).runs[0]?.args, null);
  });

  it("the seed is what queries see, with the trigger's database in any case", async () => {
    const host = await run("trigger: schedule\nseed: [{ lp: [a v=1 1, a v=2 2] }, { db: x, lp: b v=1 1 }]");
    assert.deepEqual(host.seed, [
      { database: "db", lineProtocol: "" },
      { database: "db", lineProtocol: "a v=1 1\na v=2 2" },
      { database: "x", lineProtocol: "b v=1 1" },
    ]);
  });

  it("a cache of its own, filled before and dropped after", async () => {
    const host = await run("trigger: schedule\ncache: { last: { value: 1 } }");
    assert.equal(host.runs.length, 2);
    assert.deepEqual(host.runs[0]?.args, { entries: '{"last":{"value":1}}' });
    assert.equal(host.runs[0]?.cacheNamespace, host.runs[1]?.cacheNamespace);
    assert.deepEqual(host.dropped, [host.runs[0]?.cacheNamespace]);
  });

  it("what cannot be run is a problem of the case", async () => {
    const problemOf = async (lines: string) =>
      (await resultOf(`${HEAD}  - name: one\n${lines.replace(/^/gm, "    ")}\n`)).problem ?? "";
    assert.match(await problemOf("trigger: writes"), /needs an input/);
    assert.match(await problemOf("trigger: writes\ninput: bad"), /the input is no line protocol/);
    assert.match(await problemOf("trigger: schedule\nseed: { lp: bad }"), /seed of database 'db' is no line/);
    assert.match(await problemOf("trigger: schedule\nschedule: never"), /invalid cron syntax/);
    assert.match(await problemOf("trigger: writes\ninput: { query: SELECT 1 }"), /names no table/);
  });
});

describe("test cases: the file", () => {
  const errorOf = (text: string): string => {
    try {
      readTestFile(text, "p.test.yaml");
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it("is refused with the line that is wrong", () => {
    assert.match(errorOf("cases: ["), /^p\.test\.yaml:1: /);
    assert.match(errorOf("cases: []"), /^p\.test\.yaml:1: cases: /);
    assert.match(errorOf("- a"), /^p\.test\.yaml:1: /);
    assert.match(errorOf("cases: *nowhere"), /^p\.test\.yaml:1: /);
    const typo = `${HEAD}  - name: a\n    trigger: writes\n    inptu: x\n`;
    assert.match(errorOf(typo), /^p\.test\.yaml:3: cases\.0: .*inptu/);
    const trigger = `${HEAD}  - name: a\n    trigger: write\n`;
    assert.match(errorOf(trigger), /^p\.test\.yaml:4: cases\.0\.trigger: /);
    const nested = `${HEAD}  - name: a\n    trigger: writes\n    expect:\n      writes: { d: [1] }\n`;
    assert.match(errorOf(nested), /^p\.test\.yaml:6: cases\.0\.expect\.writes\.d\.0: /);
    const time = `${HEAD}  - name: a\n    trigger: schedule\n    now: yesterday\n`;
    assert.match(errorOf(time), /^p\.test\.yaml:5: cases\.0\.now: /);
    const twice = `${HEAD}  - { name: a, trigger: schedule }\n  - { name: a, trigger: schedule }\n`;
    assert.match(errorOf(twice), /^p\.test\.yaml:4: two cases are called 'a'/);
  });

  it("records what came of cases, keeps comments, and touches only what failed", async () => {
    const text = [
      "# about this file",
      "cases:",
      "  - name: new # not expected yet",
      "    trigger: writes",
      "    input: m v=1 1",
      "  - name: wrong",
      "    trigger: writes",
      "    input: m v=1 1",
      "    expect:",
      "      writes: [m v=3 5] # three",
      '      logs: ["<any>"]',
      "  - name: right",
      "    trigger: writes",
      "    input: m v=1 1",
      "    expect: { writes: { db: [m v=<any> 5] } }",
      "",
    ].join("\n");
    const file = readTestFile(`database: db\n${text}`, "p.test.yaml");
    const host = writing("m v=1 5");
    host.outcome = { ...host.outcome, logs: [{ level: "INFO", message: "hi", file: "p.py", line: 1 }] };
    const results: CaseResult[] = [];
    for (const one of file.cases) results.push(await runCase(file, one, host));
    assert.deepEqual(
      results.map(({ passed }) => passed),
      [true, false, true],
    );
    const updated = recordResults(file, results)!;
    assert.match(updated, /# about this file/);
    assert.match(updated, /name: new # not expected yet/);
    assert.match(updated, /logs: \[ ?"<any>" ?\]/);
    assert.match(updated, /m v=<any> 5/);
    const again = readTestFile(updated, "p.test.yaml");
    assert.deepEqual(again.cases[0]?.test.expect, { writes: { db: ["m v=1 5"] }, logs: ["INFO hi"] });
    assert.deepEqual(again.cases[1]?.test.expect, { writes: ["m v=1 5"], logs: ["<any>"] });
    for (const one of again.cases) assert.equal((await runCase(again, one, host)).passed, true);
  });

  it("is not rewritten when everything is as expected", async () => {
    const file = readTestFile(caseText("expect: {}"), "p.test.yaml");
    const result = await runCase(file, file.cases[0]!, new FakeCaseHost());
    assert.equal(recordResults(file, [result]), undefined);
  });
});

describe("freezeQueryTime", () => {
  for (const [sql, frozen] of [
    ["SELECT now()", "SELECT to_timestamp_nanos(5)"],
    ["WHERE time > NOW ( ) - INTERVAL '1 s'", "WHERE time > to_timestamp_nanos(5) - INTERVAL '1 s'"],
    ["SELECT current_timestamp, 'now()', \"now()\"", "SELECT to_timestamp_nanos(5), 'now()', \"now()\""],
    ["SELECT 1 -- now()\n/* now() */", "SELECT 1 -- now()\n/* now() */"],
    [
      "SELECT 'it''s now()', know(), t.current_timestamp",
      "SELECT 'it''s now()', know(), t.current_timestamp",
    ],
    ["SELECT 1-now()", "SELECT 1-to_timestamp_nanos(5)"],
  ]) {
    it(`${sql}`, () => assert.equal(freezeQueryTime(sql!, 5n), frozen));
  }
});
