import { type Metric, MetricRegistry } from "../../foundation/metrics/index.ts";
import { httpMetrics } from "./http.ts";
import type { Measured } from "./measured.ts";
import { pluginMetrics } from "./plugins.ts";
import { processMetrics } from "./process.ts";
import { queryMetrics } from "./queries.ts";
import { storageMetrics } from "./storage.ts";
import { writeMetrics } from "./writes.ts";

export { countCatalogChanges } from "./catalog-changes.ts";
export { EventLoop } from "./event-loop.ts";
export type { Measured } from "./measured.ts";

/** All metrics by subject: the contents of docs/reference/metrics.md. */
export const metricSections: readonly {
  readonly title: string;
  readonly metrics: readonly Metric<Measured>[];
}[] = [
  { title: "Requests", metrics: httpMetrics },
  { title: "Writes, log and buffer", metrics: writeMetrics },
  { title: "Data files, catalog and object store", metrics: storageMetrics },
  { title: "Queries", metrics: queryMetrics },
  { title: "Plugins", metrics: pluginMetrics },
  { title: "Process", metrics: processMetrics },
];

export function openMetrics(measured: Measured): MetricRegistry<Measured> {
  return new MetricRegistry(
    metricSections.flatMap(({ metrics }) => metrics),
    measured,
  );
}
