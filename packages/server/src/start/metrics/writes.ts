import { counter, gauge, histogram, type Metric, type Sample } from "../../foundation/metrics/index.ts";
import type { WriteFigures } from "../../ingest/index.ts";
import type { Measured } from "./measured.ts";

type DatabaseWrites = WriteFigures["databases"] extends ReadonlyMap<number, infer Writes> ? Writes : never;

/** Deleted databases are left out: their names may be in use again. */
function perDatabase(
  { writes, catalog }: Measured,
  value: (writes: DatabaseWrites) => number,
): readonly Sample[] {
  return Array.from(writes.figures.databases).flatMap(([id, counts]) => {
    const database = catalog.databaseById(id);
    if (database === undefined || database.deleted) return [];
    return [{ labels: [database.name], value: value(counts) }];
  });
}

const acceptedWrites: readonly Metric<Measured>[] = [
  counter("influxdb3_write_lines_total", {
    help: "Lines accepted, counted when they are durable",
    labels: ["db"],
    read: (measured) => perDatabase(measured, ({ lines }) => lines),
  }),
  counter("influxdb3_write_lines_rejected_total", {
    help: "Lines refused with an error",
    labels: ["db"],
    read: (measured) => perDatabase(measured, ({ rejectedLines }) => rejectedLines),
  }),
  counter("influxdb3_write_bytes_total", {
    help: "Bytes of line protocol in accepted lines",
    labels: ["db"],
    read: (measured) => perDatabase(measured, ({ bytes }) => bytes),
  }),
  counter("millrace_writes_refused_total", {
    help: "Writes answered with 503 before they were read, by the bound that was reached",
    labels: ["reason"],
    read: ({ writes }) =>
      Object.entries(writes.figures.refused).map(([reason, value]) => ({ labels: [reason], value })),
  }),
  gauge("millrace_writes_pending", {
    help: "Writes between arrival and answer",
    read: ({ writes }) => writes.pendingWrites,
  }),
  gauge("millrace_writes_pending_limit", {
    help: "Writes that may be pending (--wal-max-write-buffer-size)",
    read: ({ config }) => config.wal.maxBufferedWrites,
  }),
];

const logMetrics: readonly Metric<Measured>[] = [
  counter("millrace_wal_groups_total", {
    help: "Commit groups made durable",
    read: ({ wal }) => wal.stats.groups,
  }),
  counter("millrace_wal_failed_groups_total", {
    help: "Commit groups that could not be made durable: their writes were answered with an error",
    read: ({ wal }) => wal.stats.failedGroups,
  }),
  counter("millrace_wal_entries_total", {
    help: "Writes in durable commit groups",
    read: ({ wal }) => wal.stats.entries,
  }),
  counter("millrace_wal_bytes_total", {
    help: "Bytes of durable commit groups",
    read: ({ wal }) => wal.stats.bytes,
  }),
  histogram("millrace_wal_sync_duration_seconds", {
    help: "Time until a commit group was durable: fsync, or the request that stores an object",
    scale: 0.001,
    read: ({ wal }) => wal.stats.syncDurationMs,
  }),
  gauge("millrace_wal_bytes_since_snapshot", {
    help: "Bytes of log behind the last snapshot, to be read again at the next start",
    read: ({ wal }) => wal.bytesSinceSnapshot,
  }),
  gauge("millrace_wal_snapshot_threshold_bytes", {
    help: "Bytes of log that start a snapshot",
    read: ({ config }) => config.storage.snapshotWalBytes,
  }),
  counter("millrace_wal_segments_created_total", {
    help: "Files of the log that were begun",
    read: ({ wal }) => wal.stats.segmentsCreated,
  }),
  counter("millrace_wal_segments_recycled_total", {
    help: "Of the created segments, those that use the file of an old one",
    read: ({ wal }) => wal.stats.segmentsRecycled,
  }),
  counter("millrace_wal_retries_total", {
    help: "Requests to the object store that the log repeated",
    read: ({ wal }) => wal.stats.retries,
  }),
];

const bufferMetrics: readonly Metric<Measured>[] = [
  gauge("millrace_buffer_bytes", {
    help: "Memory of buffered rows: taking new ones (active), or waiting for their snapshot or its readers (frozen)",
    labels: ["state"],
    read: ({ buffer }) => [
      { labels: ["active"], value: buffer.activeBytes },
      { labels: ["frozen"], value: buffer.bytes - buffer.activeBytes },
    ],
  }),
  gauge("millrace_buffer_limit_bytes", {
    help: "What the buffer may take before writes are refused (--force-snapshot-mem-threshold)",
    read: ({ config }) => config.storage.snapshotMemoryBytes,
  }),
  gauge("millrace_buffer_frozen_generations", {
    help: "Parts of the buffer that wait for their snapshot",
    read: ({ buffer }) => buffer.frozen.length,
  }),
  gauge("millrace_buffer_idle_bytes", {
    help: "Memory kept for the next rows",
    read: ({ buffer }) => buffer.idleBytes,
  }),
  gauge("millrace_buffer_heap_bytes", {
    help: "Estimate of what buffered tables and tag values take of the JavaScript heap",
    read: ({ buffer }) => buffer.heapBytes,
  }),
  gauge("millrace_buffer_heap_limit_bytes", {
    help: "What they may take of it before writes are refused",
    read: ({ maxHeapBytes }) => maxHeapBytes,
  }),
];

export const writeMetrics: readonly Metric<Measured>[] = [...acceptedWrites, ...logMetrics, ...bufferMetrics];
