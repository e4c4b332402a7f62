import {
  type MetricObjectWithValues,
  type MetricValueWithName,
  type Metric as PromMetric,
  Registry,
} from "prom-client";
import type { Distribution } from "../distribution.ts";
import type { HistogramMetric, Metric, Sample } from "./metric.ts";

/** Scrapers that know the newer text format take this for the end of a complete answer, and others for a comment. */
const END = "# EOF\n";

/** Writes all metrics in the Prometheus text format. */
export class MetricRegistry<Source> {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();

  constructor(metrics: readonly Metric<Source>[], source: Source) {
    // The library's own metrics keep their values; ours read them where they are counted. The registry needs no more.
    for (const metric of metrics) {
      this.#registry.registerMetric(readAtScrape(metric, source) as unknown as PromMetric);
    }
  }

  async text(): Promise<string> {
    return (await this.#registry.metrics()) + END;
  }
}

type Value = MetricValueWithName<string>;

function readAtScrape<Source>(metric: Metric<Source>, source: Source) {
  const { name, help, type } = metric;
  return {
    name,
    help,
    type,
    get: () =>
      ({ name, help, type, values: valuesOf(metric, source) }) as unknown as MetricObjectWithValues<Value>,
  };
}

function valuesOf<Source>(metric: Metric<Source>, source: Source): Value[] {
  const { name } = metric;
  if (metric.type === "histogram") {
    return samplesOf(metric.read(source)).flatMap((sample) => bucketsOf(metric, sample));
  }
  return samplesOf(metric.read(source)).map(({ labels, value }) => ({
    metricName: name,
    labels: named(metric.labels, labels),
    value,
  }));
}

function samplesOf<V>(read: V | readonly Sample<V>[]): readonly Sample<V>[] {
  return Array.isArray(read) ? read : [{ labels: [], value: read as V }];
}

function bucketsOf<Source>(
  { name, labels: names, scale }: HistogramMetric<Source>,
  { labels: values, value: distribution }: Sample<Distribution>,
): Value[] {
  const labels = named(names, values);
  const counts = distribution.cumulative();
  const buckets = counts.map((value, i) => {
    const bound = distribution.bounds[i];
    const le = bound === undefined ? "+Inf" : String(Number((bound * scale).toPrecision(12)));
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: distribution.sum * scale },
    { metricName: `${name}_count`, labels, value: counts.at(-1)! },
  ];
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
}
