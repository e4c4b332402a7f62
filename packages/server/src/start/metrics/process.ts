import { counter, gauge, type Metric } from "../../foundation/metrics/index.ts";
import type { Measured } from "./measured.ts";

export const processMetrics: readonly Metric<Measured>[] = [
  gauge("process_start_time_seconds", {
    help: "When the process started, since the Unix epoch",
    labels: ["product_name", "version", "git_hash", "uuid"],
    read: ({ product, processId, startedAtMs }) => [
      {
        labels: [product.name, product.influxdbVersion, product.revision, processId],
        value: startedAtMs / 1000,
      },
    ],
  }),
  gauge("millrace_build_info", {
    help: "Always 1: the version is in the label",
    labels: ["version", "node"],
    read: ({ product }) => [{ labels: [product.version, process.version], value: 1 }],
  }),
  counter("process_cpu_seconds_total", {
    help: "Processor time of all threads",
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  }),
  gauge("process_resident_memory_bytes", {
    help: "Memory that the process holds",
    read: () => process.memoryUsage.rss(),
  }),
  gauge("millrace_heap_used_bytes", {
    help: "JavaScript heap of the main thread in use",
    read: () => process.memoryUsage().heapUsed,
  }),
  counter("millrace_event_loop_busy_seconds_total", {
    help: "Time that the main thread was at work: its rate is 1 when it is never idle",
    read: ({ eventLoop }) => eventLoop.busySeconds,
  }),
  gauge("millrace_event_loop_delay_seconds", {
    help: "How late timers of the main thread came since the scrape before",
    labels: ["quantile"],
    read: ({ eventLoop }) => {
      const { median, p99, max } = eventLoop.takeDelays();
      return [
        { labels: ["0.5"], value: median / 1e9 },
        { labels: ["0.99"], value: p99 / 1e9 },
        { labels: ["1"], value: max / 1e9 },
      ];
    },
  }),
];
