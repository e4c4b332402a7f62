import { counter, gauge, histogram, type Metric } from "../../foundation/metrics/index.ts";
import type { TaskStats } from "../../storage/index.ts";
import type { Measured } from "./measured.ts";

/** Snapshots and compactions are counted alike. */
function taskMetrics(
  name: string,
  noun: string,
  stats: (measured: Measured) => TaskStats,
): readonly Metric<Measured>[] {
  return [
    counter(`millrace_${name}s_total`, {
      help: `${noun}s completed`,
      read: (measured) => stats(measured).tasks,
    }),
    counter(`millrace_${name}_failures_total`, {
      help: `${noun}s that failed; each is tried again`,
      read: (measured) => stats(measured).failures,
    }),
    counter(`millrace_${name}_seconds_total`, {
      help: `Time from begin to commit of all ${noun.toLowerCase()}s, failed attempts included`,
      read: (measured) => stats(measured).totalMs / 1000,
    }),
    gauge(`millrace_${name}_longest_seconds`, {
      help: `The longest ${noun.toLowerCase()} since the start`,
      read: (measured) => stats(measured).longestMs / 1000,
    }),
    counter(`millrace_${name}_files_total`, {
      help: `Data files written by ${noun.toLowerCase()}s`,
      read: (measured) => stats(measured).filesWritten,
    }),
    counter(`millrace_${name}_rows_total`, {
      help: `Rows written by ${noun.toLowerCase()}s`,
      read: (measured) => stats(measured).rowsWritten,
    }),
    counter(`millrace_${name}_bytes_total`, {
      help: `Bytes of data files written by ${noun.toLowerCase()}s`,
      read: (measured) => stats(measured).bytesWritten,
    }),
  ];
}

const fileMetrics: readonly Metric<Measured>[] = [
  gauge("millrace_data_files", { help: "Data files", read: ({ storage }) => storage.stats.files }),
  gauge("millrace_data_file_bytes", {
    help: "Bytes of data files",
    read: ({ storage }) => storage.stats.fileBytes,
  }),
  counter("millrace_data_files_expired_total", {
    help: "Data files removed because of retention or deletion",
    read: ({ storage }) => storage.stats.filesExpired,
  }),
  counter("millrace_objects_removed_total", {
    help: "Data files removed from the object store, for whatever reason",
    read: ({ storage }) => storage.stats.objectsRemoved,
  }),
  counter("millrace_orphans_removed_total", {
    help: "Objects removed that a failed attempt had left behind",
    read: ({ storage }) => storage.stats.orphansRemoved,
  }),
  gauge("millrace_views_unreleased", {
    help: "Changes of the files that some query may not have seen yet: what went with them is kept",
    read: ({ storage }) => storage.stats.unreleasedVersions,
  }),
];

const catalogMetrics: readonly Metric<Measured>[] = [
  counter("influxdb3_catalog_operations_total", {
    help: "Changes of the catalog since the start",
    labels: ["type"],
    read: ({ catalogChanges }) =>
      Array.from(catalogChanges, ([kind, value]) => ({ labels: [kind.replaceAll("-", "_")], value })),
  }),
  gauge("millrace_catalog_sequence", {
    help: "Number of the catalog's last commit",
    read: ({ catalog }) => catalog.sequence,
  }),
];

const objectStoreMetrics: readonly Metric<Measured>[] = [
  histogram("object_store_op_duration_seconds", {
    help: "Operations on the object store, of all threads",
    labels: ["op", "result"],
    scale: 0.001,
    read: ({ store }) => store.durations(),
  }),
  counter("object_store_transfer_bytes_total", {
    help: "Bytes sent to and received from the object store",
    labels: ["op", "result"],
    read: ({ store }) => store.transferredBytes(),
  }),
  counter("object_store_transfer_objects_total", {
    help: "Objects, or pieces of them, sent to and received from the object store",
    labels: ["op", "result"],
    read: ({ store }) => store.transferredObjects(),
  }),
];

export const storageMetrics: readonly Metric<Measured>[] = [
  ...taskMetrics("snapshot", "Snapshot", ({ storage }) => storage.stats.snapshots),
  ...taskMetrics("compaction", "Compaction", ({ storage }) => storage.stats.compactions),
  ...fileMetrics,
  ...catalogMetrics,
  ...objectStoreMetrics,
];
