import { logDestinations, logFilterProblem, logFormats } from "../../foundation/index.ts";
import { type OptionSpec, section } from "../option-spec.ts";

function oneOf(kind: string, valid: readonly string[]): (text: string) => string | undefined {
  return (text) =>
    valid.includes(text) ? undefined : `Invalid log ${kind} '${text}'. Valid options: ${valid.join(", ")}`;
}

export const loggingOptions = withOlderNames(
  section("Logging", [
    {
      name: "log-filter",
      type: "string",
      default: "info,iox_query::query_log=warn,influxdb3_query_executor::query_planner=warn",
      description: "Comma list of `level` or `target=level`; levels off, error, warn, info, debug, trace",
      problem: logFilterProblem,
    },
    {
      name: "verbose",
      short: "v",
      env: [],
      type: "count",
      description: "Replaces the filter: -v info, -vv debug, -vvv trace",
    },
    {
      name: "disable-log-filter-noise-reduction",
      type: "boolean",
      description: "Let a `debug` or `trace` filter show the busiest parts too",
    },
    {
      name: "log-destination",
      type: "string",
      default: "stdout",
      description: "`stdout` or `stderr`",
      problem: oneOf("destination", logDestinations),
    },
    {
      name: "log-format",
      type: "string",
      default: "full",
      description: "`full`, `pretty`, `json` or `logfmt`",
      problem: oneOf("format", logFormats),
    },
  ]),
);

export const tracingOptions = withOlderNames(
  section("Tracing and telemetry", [
    {
      name: "traces-exporter",
      type: "enum",
      choices: ["none", "jaeger"],
      default: "none",
      ignored: true,
      description: "",
    },
    {
      name: "traces-exporter-jaeger-agent-host",
      type: "string",
      default: "0.0.0.0",
      ignored: true,
      description: "",
    },
    {
      name: "traces-exporter-jaeger-agent-port",
      type: "integer",
      default: "6831",
      ignored: true,
      description: "",
    },
    {
      name: "traces-exporter-jaeger-service-name",
      type: "string",
      default: "iox-conductor",
      ignored: true,
      description: "",
    },
    {
      name: "traces-exporter-jaeger-trace-context-header-name",
      type: "string",
      default: "uber-trace-id",
      ignored: true,
      description: "",
    },
    {
      name: "traces-exporter-jaeger-debug-name",
      type: "string",
      default: "jaeger-debug-id",
      ignored: true,
      description: "",
    },
    { name: "traces-exporter-jaeger-tags", type: "string", ignored: true, description: "" },
    {
      name: "traces-jaeger-max-msgs-per-second",
      type: "integer",
      default: "1000",
      ignored: true,
      description: "",
    },
    { name: "tokio-console-enabled", type: "boolean", ignored: true, description: "" },
    {
      name: "tokio-console-client-buffer-capacity",
      type: "integer",
      ignored: true,
      description: "",
    },
    { name: "tokio-console-event-buffer-capacity", type: "integer", ignored: true, description: "" },
    {
      name: "disable-telemetry-upload",
      env: ["INFLUXDB3_TELEMETRY_DISABLE_UPLOAD", "INFLUXDB3_DISABLE_TELEMETRY_UPLOAD"],
      type: "boolean",
      hidden: true,
      ignored: true,
      description: "Nothing is ever uploaded",
    },
    {
      name: "telemetry-endpoint",
      type: "string",
      hidden: true,
      ignored: true,
      description: "Nothing is ever uploaded",
    },
    {
      name: "serve-invocation-method",
      type: "string",
      default: "explicit",
      hidden: true,
      ignored: true,
      description: "",
    },
    { name: "test-mode", type: "boolean", hidden: true, ignored: true, description: "" },
  ]),
);

/** The unprefixed names are older: the command line warns and still takes them. */
function withOlderNames(options: OptionSpec[]): OptionSpec[] {
  return options.map((option) => ({
    ...option,
    env: /^(log|traces)-/.test(option.name)
      ? [...(option.env ?? []), option.name.replaceAll("-", "_").toUpperCase()]
      : (option.env ?? []),
  }));
}
