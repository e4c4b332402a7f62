export { counter, gauge, histogram, type Metric, type Sample } from "./metric.ts";
export { MetricRegistry } from "./registry.ts";
