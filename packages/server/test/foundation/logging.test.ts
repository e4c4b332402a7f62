import assert from "node:assert/strict";
import { effectiveLogFilter, type LogFormat, logFilterProblem } from "#src/foundation/index.js";
import { createLogger } from "#src/foundation/logging/index.js";

const clock = {
  nowNs: () => 1_767_323_045_678_901_234n,
  nowMs: () => 0,
  monotonicMs: () => 0,
  schedule: () => ({ cancel() {} }),
};

function logTo(format: LogFormat, filter = "trace") {
  const lines: string[] = [];
  const sink = { write: (line: Buffer) => void lines.push(line.toString("utf8")), flush() {} };
  return { lines, logger: createLogger({ format, filter, sink, clock }) };
}

describe("log lines", () => {
  it("have the layout of the format full", () => {
    const { lines, logger } = logTo("full");
    logger.child("influxdb3_lib::commands::serve").info("server starting", {
      node_id: "node0",
      product_name: "InfluxDB 3 Core",
      num_cpus: 2,
      absent: undefined,
    });
    logger.warn("careful");
    assert.deepEqual(lines, [
      '2026-01-02T03:04:05.678901Z  INFO influxdb3_lib::commands::serve: server starting node_id=node0 product_name="InfluxDB 3 Core" num_cpus=2\n',
      "2026-01-02T03:04:05.678901Z  WARN influxdb3_server: careful\n",
    ]);
    const other = logTo("full");
    other.logger.error("bad");
    other.logger.debug("detail");
    assert.match(other.lines[0]!, /Z ERROR influxdb3_server: bad\n$/);
    assert.match(other.lines[1]!, /Z DEBUG influxdb3_server: detail\n$/);
  });

  it("of the format json are one object", () => {
    const { lines, logger } = logTo("json");
    logger.child("wal").info('said "hi"', { rows: 12n });
    assert.deepEqual(JSON.parse(lines[0]!), {
      timestamp: "2026-01-02T03:04:05.678901Z",
      level: "INFO",
      fields: { message: 'said "hi"', rows: "12" },
      target: "wal",
    });
  });

  it("of the format logfmt quote what needs it", () => {
    const { lines, logger } = logTo("logfmt");
    logger.child("wal").info("two words", { file: "a b", count: 1 });
    assert.equal(
      lines[0],
      'level=info msg="two words" target="wal" file="a b" count=1 time=1767323045678901234\n',
    );
  });

  it("of the format pretty put fields below each other", () => {
    const { lines, logger } = logTo("pretty");
    logger.child("wal").info("hello", { a: 1 });
    assert.equal(lines[0], "  2026-01-02T03:04:05.678901Z  INFO wal\n    hello\n    a: 1\n\n");
  });

  it("cannot be forged or hidden by what users send", () => {
    const { lines, logger } = logTo("full");
    logger.info("a\n2026 ERROR x: forged \u001b[2K", { name: 'x"\ny' });
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!.indexOf("\n"), lines[0]!.length - 1);
    assert.match(lines[0]!, /a\\n2026 ERROR x: forged \\u\{1b\}\[2K name="x\\"\\ny"\n$/);
  });

  it("are cut at 16383 bytes, between characters", () => {
    const { lines, logger } = logTo("full");
    logger.info("é".repeat(20_000));
    const bytes = Buffer.from(lines[0]!);
    assert.ok(bytes.length - 1 <= 16_383 && bytes.length - 1 >= 16_382, String(bytes.length));
    assert.ok(!lines[0]!.includes("\ufffd"));
  });
});

describe("log filters", () => {
  const heard = (filter: string, target: string): string[] => {
    const { lines, logger } = logTo("full", filter);
    const child = logger.child(target);
    child.error("error");
    child.warn("warn");
    child.info("info");
    child.debug("debug");
    return lines.map((line) => line.trim().split(" ").at(-1)!);
  };

  it("take a general level", () => {
    assert.deepEqual(heard("warn", "wal"), ["error", "warn"]);
    assert.deepEqual(heard("off", "wal"), []);
    assert.deepEqual(heard("TRACE", "wal"), ["error", "warn", "info", "debug"]);
  });

  it("let the longest target prefix decide", () => {
    const filter = "info,iox_query=debug,iox_query::query_log=off";
    assert.deepEqual(heard(filter, "iox_query::query_log"), []);
    assert.deepEqual(heard(filter, "iox_query::plan"), ["error", "warn", "info", "debug"]);
    assert.deepEqual(heard(filter, "other"), ["error", "warn", "info"]);
  });

  it("refuse unknown levels", () => {
    assert.equal(logFilterProblem("info,wal=debug,engine"), undefined);
    assert.match(logFilterProblem("wal=loud") ?? "", /invalid log level 'loud'/);
  });

  it("are replaced by -v, and kept readable unless asked otherwise", () => {
    assert.equal(effectiveLogFilter("warn", 1, true), "info");
    assert.match(effectiveLogFilter("warn", 2, true), /^debug,.*wal=info/);
    assert.equal(effectiveLogFilter("warn", 9, false), "trace");
    assert.equal(effectiveLogFilter("wal=debug", 0, true), "wal=debug");
  });
});
