import type { EngineRows } from "#src/system-tables/index.js";

const line = {
  databaseId: 1,
  database: "db",
  trigger: "t1",
  runId: "r1",
};

const run = {
  ...line,
  pluginFilename: "p.py",
  kind: "wal",
  startedAtNs: 1_700_000_000_000_000_001n,
  waitedMs: 0.25,
  durationNs: 1_500_000,
  attempt: 1,
  rowsIn: 3,
  linesWritten: 2,
  outcome: "ok",
  error: undefined,
};

const traceback =
  'Traceback (most recent call last):\n  File "p.py", line 7, in process_writes\nValueError: bad';

/** What an engine may say. Database 1 is `db`. */
export const engine: EngineRows = {
  logs: () => [
    { ...line, timeNs: 1_700_000_000_000_000_001n, level: "INFO", text: "starting execution of wal plugin." },
    {
      ...line,
      timeNs: 1_700_000_000_000_000_002n,
      level: "ERROR",
      text: 'bad "thing"',
      file: "p.py",
      line: 7,
      traceback,
    },
    {
      databaseId: 7,
      database: "other",
      trigger: "x",
      runId: undefined,
      timeNs: 1_700_000_000_000_000_000n,
      level: "WARN",
      text: "elsewhere",
    },
  ],
  runs: () => [
    run,
    { ...run, runId: "r2", outcome: "error", error: "ValueError: bad", linesWritten: 0, attempt: 2 },
    { ...run, runId: "r3", databaseId: 7, database: "other", outcome: "running", durationNs: undefined },
  ],
  triggerStates: (database) =>
    database.name !== "db"
      ? []
      : [
          {
            database: "db",
            trigger: "t1",
            pluginFilename: "p.py",
            specification: "every:10s",
            runAsync: true,
            errorBehavior: "disable",
            disabled: false,
            disabledReason: null,
            running: true,
            nextRunMs: 1_700_000_010_000,
            queuedBytes: 12,
            queuedRows: 1,
            lastRun: run,
          },
          {
            database: "db",
            trigger: "t2",
            pluginFilename: "q.py",
            specification: "all_tables",
            runAsync: false,
            errorBehavior: "log",
            disabled: true,
            disabledReason: "its plugin failed",
            running: false,
            nextRunMs: undefined,
            queuedBytes: 0,
            queuedRows: 0,
            lastRun: undefined,
          },
        ],
  triggers: () => [
    {
      triggerName: "t1",
      pluginFilename: "p.py",
      triggerSpecification: '{"single_table_wal_write":{"table_name":"home"}}',
      disabled: false,
      errorBehavior: "log",
    },
  ],
  triggerArguments: () => [{ triggerName: "t1", argumentKey: "arg1", argumentValue: "hello" }],
  pluginFiles: async () => [
    { pluginName: "t1", fileName: "p.py", filePath: "/plugins/p.py", sizeBytes: 12, lastModifiedMs: 1000.5 },
  ],
};
