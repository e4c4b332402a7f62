import type { EngineFigures } from "../../engine/index.ts";
import { counter, gauge, histogram, type Metric, type Sample } from "../../foundation/metrics/index.ts";
import type { Measured } from "./measured.ts";

type KindFigures = ReturnType<EngineFigures["runs"]["kinds"]>[number][1];

function perKind<V>({ engine }: Measured, value: (figures: KindFigures) => V): Sample<V>[] {
  return engine.figures.runs.kinds().map(([kind, figures]) => ({ labels: [kind], value: value(figures) }));
}

const runMetrics: readonly Metric<Measured>[] = [
  counter("millrace_plugin_runs_total", {
    help: "Runs of plugins, by kind of trigger and how they ended (as in millrace.plugin_runs)",
    labels: ["kind", "outcome"],
    read: ({ engine }) =>
      engine.figures.runs
        .kinds()
        .flatMap(([kind, { outcomes }]) =>
          Array.from(outcomes, ([outcome, value]) => ({ labels: [kind, outcome], value })),
        ),
  }),
  histogram("millrace_plugin_run_duration_seconds", {
    help: "Time that plugins ran",
    labels: ["kind"],
    scale: 0.001,
    read: (measured) => perKind(measured, ({ durationMs }) => durationMs),
  }),
  histogram("millrace_plugin_run_wait_seconds", {
    help: "Time that runs waited for their interpreter",
    labels: ["kind"],
    scale: 0.001,
    read: (measured) => perKind(measured, ({ waitMs }) => waitMs),
  }),
  counter("millrace_plugin_rows_total", {
    help: "Rows handed to plugins",
    labels: ["kind"],
    read: (measured) => perKind(measured, ({ rowsIn }) => rowsIn),
  }),
  counter("millrace_plugin_written_lines_total", {
    help: "Lines that plugins wrote and the database took",
    labels: ["kind"],
    read: (measured) => perKind(measured, ({ linesWritten }) => linesWritten),
  }),
];

const triggerMetrics: readonly Metric<Measured>[] = [
  gauge("millrace_triggers_running", {
    help: "Triggers that are enabled and started",
    read: ({ engine }) => engine.figures.triggers.runningCount,
  }),
  gauge("millrace_trigger_queue_rows", {
    help: "Rows that wait for data-write triggers",
    read: ({ engine }) => engine.figures.deliveries.queued.rows,
  }),
  gauge("millrace_trigger_queue_bytes", {
    help: "Bytes that wait for data-write triggers; each may hold --plugin-queue-size before writes are refused",
    read: ({ engine }) => engine.figures.deliveries.queued.bytes,
  }),
  counter("millrace_trigger_writes_dropped_total", {
    help: "Writes of plugins that were stored but not delivered to a trigger: it feeds itself (loop), or cannot keep up (rate)",
    labels: ["reason"],
    read: ({ engine }) =>
      Object.entries(engine.figures.deliveries.refused).map(([reason, value]) => ({
        labels: [reason],
        value,
      })),
  }),
];

const POOLS = ["triggers", "tests"] as const;

function perPool({ engine }: Measured, figure: "alive" | "busy" | "waiting"): Sample[] {
  return POOLS.map((pool) => ({ labels: [pool], value: engine.figures.interpreters[pool][figure] }));
}

const interpreterMetrics: readonly Metric<Measured>[] = [
  gauge("millrace_interpreters", {
    help: "Python interpreters that belong to triggers or tests; one more is kept ready",
    labels: ["pool"],
    read: (measured) => perPool(measured, "alive"),
  }),
  gauge("millrace_interpreters_limit", {
    help: "Interpreters that triggers may have (--plugin-interpreters)",
    read: ({ config }) => config.engine.interpreters,
  }),
  gauge("millrace_interpreters_busy", {
    help: "Interpreters at work",
    labels: ["pool"],
    read: (measured) => perPool(measured, "busy"),
  }),
  gauge("millrace_interpreters_starting", {
    help: "Interpreters that are being started",
    read: ({ engine }) => engine.figures.interpreters.figures.starting,
  }),
  gauge("millrace_plugin_runs_waiting", {
    help: "Runs that wait for an interpreter to be free",
    labels: ["pool"],
    read: (measured) => perPool(measured, "waiting"),
  }),
  histogram("millrace_interpreter_start_seconds", {
    help: "Time to start an interpreter",
    scale: 0.001,
    read: ({ engine }) => engine.figures.interpreters.figures.startMs,
  }),
  counter("millrace_interpreter_start_failures_total", {
    help: "Interpreters that could not be started",
    read: ({ engine }) => engine.figures.interpreters.figures.failedStarts,
  }),
  counter("millrace_interpreters_ended_total", {
    help: "Interpreters that ended, by reason",
    labels: ["reason"],
    read: ({ engine }) =>
      Array.from(engine.figures.interpreters.figures.ended, ([reason, value]) => ({
        labels: [reason],
        value,
      })),
  }),
  counter("millrace_plugin_caches_lost_total", {
    help: "Interpreters that ended with local caches which could not be kept",
    read: ({ engine }) => engine.figures.interpreters.figures.cachesLost,
  }),
];

const hostMetrics: readonly Metric<Measured>[] = [
  gauge("millrace_plugin_cache_bytes", {
    help: "Cached values that the server keeps for plugins (--plugin-cache-size)",
    read: ({ engine }) => engine.figures.host?.caches.bytes ?? 0,
  }),
  gauge("millrace_plugin_cache_entries", {
    help: "Number of these values",
    read: ({ engine }) => engine.figures.host?.caches.entries ?? 0,
  }),
  counter("millrace_package_installations_total", {
    help: "Requests to install Python packages",
    labels: ["result"],
    read: ({ engine }) =>
      Object.entries({ ...engine.figures.host?.packages }).map(([result, value]) => ({
        labels: [result],
        value,
      })),
  }),
  counter("millrace_plugin_connections_total", {
    help: "Network connections that plugins asked for: opened, refused by --plugin-network, or failed",
    labels: ["result"],
    read: ({ engine }) =>
      Object.entries({ ...engine.figures.host?.network }).map(([result, value]) => ({
        labels: [result],
        value,
      })),
  }),
];

export const pluginMetrics: readonly Metric<Measured>[] = [
  ...runMetrics,
  ...triggerMetrics,
  ...interpreterMetrics,
  ...hostMetrics,
];
