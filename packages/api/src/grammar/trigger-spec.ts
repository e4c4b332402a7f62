import { parseCron } from "./cron-expression.ts";
import { formatDuration, parseDuration, YEAR_NS } from "./duration.ts";
import { GrammarError } from "./error.ts";

export type TriggerSpec =
  | { kind: "all_tables" }
  | { kind: "table"; table: string }
  | { kind: "every"; intervalNs: bigint }
  | { kind: "cron"; expression: string }
  | { kind: "request"; path: string };

/** What a plugin must offer to serve a trigger. */
export type PluginKind = "wal" | "schedule" | "request";

const FORMS =
  "expect one of the following forms: 'table:<TABLE_NAME>', 'all_tables', 'cron:<CRON_EXPRESSION>', 'every:<DURATION>', or 'request:<PATH>'";

/** The wording is fixed, so what exactly is wrong with a cron expression or a duration travels as the cause. */
type Fail = (context?: string, cause?: unknown) => GrammarError;

/** Below this a schedule would be a busy loop. */
const MIN_INTERVAL_NS = 1_000_000n;

function every(intervalNs: bigint, fail: Fail): TriggerSpec {
  if (intervalNs > YEAR_NS) throw fail("don't support every schedules of over 1 year");
  if (intervalNs < MIN_INTERVAL_NS) {
    throw fail("couldn't parse to duration", new GrammarError("the shortest interval is 1ms"));
  }
  return { kind: "every", intervalNs };
}

function parseText(text: string, fail: Fail): TriggerSpec {
  if (text === "all_tables") return { kind: "all_tables" };
  const colon = text.indexOf(":");
  const form = colon === -1 ? text : text.slice(0, colon);
  const rest = colon === -1 ? undefined : text.slice(colon + 1).trim();
  if (rest === undefined) throw fail(FORMS);
  switch (form) {
    case "table": {
      const table = rest.replace(/^(?:table:)+/, "").trim();
      if (table === "") throw fail("table name is empty");
      return { kind: "table", table };
    }
    case "every": {
      let intervalNs: bigint;
      try {
        intervalNs = parseDuration(rest);
      } catch (cause) {
        throw fail("couldn't parse to duration", cause);
      }
      return every(intervalNs, fail);
    }
    case "cron":
      try {
        parseCron(rest);
      } catch (cause) {
        throw fail(undefined, cause);
      }
      return { kind: "cron", expression: rest };
    case "request":
      if (rest === "") throw fail();
      return { kind: "request", path: rest };
    default:
      throw fail(FORMS);
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function fromJson(value: unknown, fail: Fail): TriggerSpec {
  if (value === "all_tables_wal_write") return { kind: "all_tables" };
  if (typeof value === "string") return parseText(value.trim(), fail);
  const outer = asObject(value) ?? {};
  const table = asObject(outer["single_table_wal_write"])?.["table_name"];
  if (typeof table === "string") return parseText(`table:${table}`, fail);
  const schedule = asObject(outer["schedule"])?.["schedule"];
  if (typeof schedule === "string") return parseText(`cron:${schedule}`, fail);
  const path = asObject(outer["request_path"])?.["path"];
  if (typeof path === "string") return parseText(`request:${path}`, fail);
  const duration = asObject(asObject(outer["every"])?.["duration"]);
  const secs = duration?.["secs"];
  const nanos = duration?.["nanos"] ?? 0;
  if (Number.isSafeInteger(secs) && Number.isSafeInteger(nanos)) {
    return every(BigInt(secs as number) * 1_000_000_000n + BigInt(nanos as number), fail);
  }
  throw fail(FORMS);
}

/**
 * Reads a trigger specification: the text forms, and the JSON forms that older releases stored, either as a
 * value or as JSON text. Stated in docs/reference/http-api.md, "Trigger specifications".
 */
export function parseTriggerSpec(spec: unknown): TriggerSpec {
  const shown = typeof spec === "string" ? spec : JSON.stringify(spec);
  const fail: Fail = (context, cause) => {
    const text = `failed to parse trigger from ${shown}${context === undefined ? "" : `: ${context}`}`;
    return new GrammarError(text, { cause });
  };
  if (typeof spec !== "string") return fromJson(spec, fail);
  const text = spec.trim();
  if (text === "all_tables_wal_write") return { kind: "all_tables" };
  if (text.startsWith("{") || text.startsWith('"')) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw fail(FORMS);
    }
    return fromJson(value, fail);
  }
  return parseText(text, fail);
}

/** The normalised text form; `every:` intervals are written largest unit first. */
export function formatTriggerSpec(spec: TriggerSpec): string {
  switch (spec.kind) {
    case "all_tables":
      return "all_tables";
    case "table":
      return `table:${spec.table}`;
    case "every":
      return `every:${formatDuration(spec.intervalNs)}`;
    case "cron":
      return `cron:${spec.expression}`;
    case "request":
      return `request:${spec.path}`;
  }
}

/** The JSON form shown by `system.processing_engine_triggers`. */
export function triggerSpecToJson(spec: TriggerSpec): unknown {
  switch (spec.kind) {
    case "all_tables":
      return "all_tables_wal_write";
    case "table":
      return { single_table_wal_write: { table_name: spec.table } };
    case "every": {
      const secs = Number(spec.intervalNs / 1_000_000_000n);
      return { every: { duration: { secs, nanos: Number(spec.intervalNs % 1_000_000_000n) } } };
    }
    case "cron":
      return { schedule: { schedule: spec.expression } };
    case "request":
      return { request_path: { path: spec.path } };
  }
}

export function pluginKindOf(spec: TriggerSpec): PluginKind {
  if (spec.kind === "request") return "request";
  return spec.kind === "all_tables" || spec.kind === "table" ? "wal" : "schedule";
}
