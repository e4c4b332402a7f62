import type { Distribution } from "../../foundation/index.ts";
import { counter, gauge, histogram, type Metric } from "../../foundation/metrics/index.ts";
import type { QueryFigures } from "../../query/index.ts";
import type { Measured } from "./measured.ts";

function duration(
  phase: string,
  help: string,
  read: (queries: QueryFigures) => Distribution,
): Metric<Measured> {
  return histogram(`influxdb_iox_query_log_${phase}_duration_seconds`, {
    help,
    scale: 0.001,
    read: ({ queries }) => read(queries),
  });
}

export const queryMetrics: readonly Metric<Measured>[] = [
  duration("plan", "Time to plan a query", ({ planMs }) => planMs),
  duration("permit", "Time a query waited for its turn to execute", ({ permitMs }) => permitMs),
  duration("execute", "From the first turn to the last row", ({ executeMs }) => executeMs),
  duration("compute", "Time a query computed", ({ computeMs }) => computeMs),
  duration("end2end", "From arrival to the end of a query", ({ totalMs }) => totalMs),
  histogram("influxdb_iox_query_log_parquet_files", {
    help: "Data files that a query reads",
    read: ({ queries }) => queries.fileCounts,
  }),
  counter("influxdb_iox_query_log_phase_entered_total", {
    help: "Queries that came into a phase; success, fail and cancel are the last",
    labels: ["phase"],
    read: ({ queries }) =>
      Object.entries(queries.entered).map(([phase, value]) => ({ labels: [phase], value })),
  }),
  gauge("millrace_queries_under_way", {
    help: "Queries that were received and have not ended, those of plugins included",
    read: ({ queries }) => queries.underWay,
  }),
  gauge("iox_async_semaphore_permits_total", {
    help: "Calls into the query engine that may run at once",
    labels: ["semaphore"],
    read: ({ queryPermits }) => [{ labels: ["query_execution"], value: queryPermits }],
  }),
  gauge("iox_async_semaphore_permits_acquired", {
    help: "Calls into the query engine that run",
    labels: ["semaphore"],
    read: ({ queries }) => [{ labels: ["query_execution"], value: queries.worker.get("permitsAcquired") }],
  }),
  gauge("iox_async_semaphore_permits_pending", {
    help: "Calls into the query engine that wait for a permit",
    labels: ["semaphore"],
    read: ({ queries }) => [{ labels: ["query_execution"], value: queries.worker.get("permitsPending") }],
  }),
  counter("influxdb3_parquet_cache_access_total", {
    help: "Data files that queries found among the local copies of an object store (cached), or had to fetch (miss)",
    labels: ["status"],
    read: ({ queries }) => [
      { labels: ["cached"], value: queries.worker.get("cacheHits") },
      { labels: ["miss"], value: queries.worker.get("cacheMisses") },
    ],
  }),
  gauge("influxdb3_parquet_cache_size_bytes", {
    help: "Bytes of local copies",
    read: ({ queries }) => queries.worker.get("cachedBytes"),
  }),
  gauge("influxdb3_parquet_cache_size_number_of_files", {
    help: "Local copies",
    read: ({ queries }) => queries.worker.get("cachedFiles"),
  }),
];
