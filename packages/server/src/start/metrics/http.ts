import { counter, gauge, histogram, type Metric, type Sample } from "../../foundation/metrics/index.ts";
import type { RequestSeries } from "../../http/index.ts";
import type { Measured } from "./measured.ts";

const LABELS = ["method", "method_path", "path", "status"];

function perSeries<V>({ requests }: Measured, value: (series: RequestSeries) => V): Sample<V>[] {
  return Array.from(requests.series(), (series) => {
    const { method, path, outcome } = series;
    return { labels: [method, `${method} ${path}`, path, outcome], value: value(series) };
  });
}

export const httpMetrics: readonly Metric<Measured>[] = [
  counter("http_requests_total", {
    help: "Requests answered, or given up by the client (aborted)",
    labels: LABELS,
    read: (measured) => perSeries(measured, ({ durationMs }) => durationMs.count),
  }),
  histogram("http_request_duration_seconds", {
    help: "From the request's head to the last byte of its answer",
    labels: LABELS,
    scale: 0.001,
    read: (measured) => perSeries(measured, ({ durationMs }) => durationMs),
  }),
  histogram("http_response_body_size_bytes", {
    help: "Size of answers without their heads",
    labels: LABELS,
    read: (measured) => perSeries(measured, ({ bodyBytes }) => bodyBytes),
  }),
  gauge("millrace_http_requests_under_way", {
    help: "Requests that are not answered yet, this one included",
    read: ({ requests }) => requests.underWay,
  }),
  counter("millrace_errors_total", {
    help: "Errors that requests were answered with, by their code in the error reference",
    labels: ["code"],
    read: ({ requests }) => Array.from(requests.errors, ([code, value]) => ({ labels: [code], value })),
  }),
];
