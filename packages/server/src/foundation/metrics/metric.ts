import type { Distribution } from "../distribution.ts";

/** One value of a metric, with the values of its labels in the metric's order. */
export interface Sample<Value = number> {
  readonly labels: readonly string[];
  readonly value: Value;
}

interface Described {
  /** As scraped. Counters end with `_total`; durations are in seconds, sizes in bytes. */
  readonly name: string;
  readonly help: string;
  /** Names. Each label has few values: their combinations are what a scrape costs. */
  readonly labels: readonly string[];
}

export interface NumberMetric<Source> extends Described {
  readonly type: "counter" | "gauge";
  /** Called when somebody scrapes. */
  read(source: Source): number | readonly Sample[];
}

export interface HistogramMetric<Source> extends Described {
  readonly type: "histogram";
  /** What the distributions count is multiplied by this: `0.001` where they count milliseconds. */
  readonly scale: number;
  read(source: Source): Distribution | readonly Sample<Distribution>[];
}

/** What is measured, and where it is read from: nothing is done for a metric before it is scraped. */
export type Metric<Source> = NumberMetric<Source> | HistogramMetric<Source>;

type NumberOptions<Source> = {
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: NumberMetric<Source>["read"];
};

export function counter<Source>(name: string, options: NumberOptions<Source>): Metric<Source> {
  return { name, type: "counter", labels: [], ...options };
}

export function gauge<Source>(name: string, options: NumberOptions<Source>): Metric<Source> {
  return { name, type: "gauge", labels: [], ...options };
}

export function histogram<Source>(
  name: string,
  options: Omit<NumberOptions<Source>, "read"> & {
    readonly scale?: number;
    readonly read: HistogramMetric<Source>["read"];
  },
): Metric<Source> {
  return { name, type: "histogram", labels: [], scale: 1, ...options };
}
