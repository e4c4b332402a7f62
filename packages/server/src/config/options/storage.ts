import { section } from "../option-spec.ts";

function gen1Problem(text: string): string | undefined {
  if (["1m", "5m", "10m"].includes(text)) return undefined;
  return `invalid gen1 duration ${text}. Must be one of 1m, 5m, 10m`;
}

export const walOptions = section("Write-ahead log, retention, deletes", [
  {
    name: "wal-flush-interval",
    type: "duration",
    minimum: 1,
    default: "1s",
    description: "Longest wait of a `no_sync` write for the disk, and the rhythm of data-write triggers",
  },
  {
    name: "wal-snapshot-size",
    aliases: ["wal-files-per-snapshot"],
    type: "integer",
    minimum: 1,
    default: "600",
    description: "Buffered data is written to files after 1.5 times as many flush intervals with writes",
  },
  {
    name: "snapshot-wal-size",
    type: "memory",
    default: "128mb",
    description: "Buffered data is written to files when the log has grown by this",
  },
  {
    name: "wal-max-write-buffer-size",
    aliases: ["wal-max-buffered-writes"],
    type: "integer",
    minimum: 1,
    default: "100000",
    description: "Write requests that may wait for the disk; more are refused with 503",
  },
  {
    name: "wal-staging-size",
    type: "memory",
    default: "256mb",
    description: "Memory for bodies of writes that are not on disk yet; more are refused with 503",
  },
  {
    name: "wal-recover",
    type: "boolean",
    description: "Start without the damaged part of the write-ahead log; its writes are lost",
  },
  {
    name: "snapshotted-wal-files-to-keep",
    env: ["INFLUXDB3_NUM_WAL_FILES_TO_KEEP", "INFLUXDB3_SNAPSHOTTED_WAL_FILES_TO_KEEP"],
    type: "integer",
    default: "300",
    ignored: true,
    description: "The log is trimmed by what snapshots hold",
  },
  {
    name: "wal-replay-fail-on-error",
    type: "boolean",
    ignored: true,
    description: "Damage always stops the start: see `--wal-recover`",
  },
  {
    name: "wal-replay-concurrency-limit",
    type: "integer",
    minimum: 1,
    ignored: true,
    description: "Replay reads the log in order",
  },
  {
    name: "snapshot-concurrency-limit",
    type: "integer",
    ignored: true,
    description: "One thread writes snapshots, table after table",
    problem: (text) => (Number(text) === 0 ? "snapshot concurrency limit must be greater than 0" : undefined),
  },
  { name: "checkpoint-interval", type: "duration", ignored: true, description: "Checkpoints are automatic" },
  {
    name: "gen1-duration",
    type: "string",
    default: "10m",
    description:
      "Shown in `system.generation_durations`: `1m`, `5m` or `10m`. A data file holds rows of one UTC day",
    problem: gen1Problem,
  },
  {
    name: "gen1-lookback-duration",
    type: "duration",
    default: "1month",
    ignored: true,
    description: "All files are known after a start",
  },
  {
    name: "force-snapshot-mem-threshold",
    aliases: ["force-snapshot-mem-size"],
    type: "memory",
    default: "50%",
    description:
      "Memory for buffered data; half of it starts a snapshot, beyond it writes are refused with 503",
  },
  {
    name: "retention-check-interval",
    type: "duration",
    minimum: 1,
    default: "30m",
    description: "How often expired data is removed",
  },
  {
    name: "delete-grace-period",
    type: "duration",
    default: "24h",
    description: "How long a hard-deleted database or table stays listed",
  },
  {
    name: "hard-delete-default-duration",
    type: "duration",
    default: "72h",
    description: "Time between a delete and the removal of its data when the request names none",
  },
]);

export const limitOptions = section("Limits", [
  {
    name: "limits",
    type: "enum",
    choices: ["unlimited", "core"],
    default: "unlimited",
    description: "`core` sets the limits of InfluxDB 3 Core: 5 databases, 2000 tables, 500 columns",
  },
  {
    name: "max-databases",
    type: "integer",
    description: "Databases, without `_internal` and deleted ones. Default: by --limits",
  },
  {
    name: "max-tables",
    type: "integer",
    description: "Tables of all databases together, without deleted ones. Default: by --limits",
  },
  {
    name: "max-columns",
    type: "integer",
    description: "Tag and field columns of one table. Default: by --limits",
  },
]);
