import { z } from "zod";
import { stringMap } from "./common.ts";

const shared = {
  filename: z.string(),
  database: z.string(),
  cache_name: z.string().nullish(),
  input_arguments: stringMap.nullish(),
  /** Python source to run instead of the file; servers that do not announce it read `filename`. */
  source: z.string().nullish(),
};

/** `POST /api/v3/plugin_test/wal` */
export const walPluginTestBody = z.object({ ...shared, input_lp: z.string() });
export type WalPluginTestBody = z.output<typeof walPluginTestBody>;

/** `POST /api/v3/plugin_test/schedule`; `schedule` is a cron expression without a prefix. */
export const schedulePluginTestBody = z.object({ ...shared, schedule: z.string().nullish() });
export type SchedulePluginTestBody = z.output<typeof schedulePluginTestBody>;

export const EVENT_KINDS = ["log", "write", "query", "print", "error", "network", "file"] as const;

/** One thing a plugin did, and the line of its source that did it. */
export const pluginEvent = z.object({
  kind: z.enum(EVENT_KINDS),
  level: z.string().optional(),
  message: z.string().optional(),
  file: z.string(),
  line: z.number(),
  /** Nanoseconds since the run began. */
  atNs: z.number(),
  database: z.string().optional(),
  lineProtocol: z.string().optional(),
  rows: z.number().optional(),
  sql: z.string().optional(),
});
export type PluginEvent = z.output<typeof pluginEvent>;

export const tracebackFrame = z.object({ file: z.string(), line: z.number(), function: z.string() });
export type TracebackFrame = z.output<typeof tracebackFrame>;

/** The three keys of the original first, then what Millrace adds. */
export const walPluginTestResponse = z.object({
  log_lines: z.array(z.string()),
  database_writes: z.record(z.string(), z.array(z.string())),
  errors: z.array(z.string()),
  events: z.array(pluginEvent).optional(),
  durationMs: z.number().optional(),
  traceback: z.array(tracebackFrame).optional(),
});
export type WalPluginTestResponse = z.output<typeof walPluginTestResponse>;

export const schedulePluginTestResponse = z.object({
  trigger_time: z.string().nullable(),
  ...walPluginTestResponse.shape,
});
export type SchedulePluginTestResponse = z.output<typeof schedulePluginTestResponse>;
