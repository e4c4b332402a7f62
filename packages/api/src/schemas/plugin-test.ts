import { z } from "zod";
import { stringMap } from "./common.ts";

const shared = {
  filename: z.string(),
  database: z.string(),
  cache_name: z.string().nullish(),
  input_arguments: stringMap.nullish(),
  /** Python source to run instead of the file; servers that do not announce it read `filename`. */
  source: z.string().nullish(),
  /** A multi-file plugin to run instead of the directory: text by path below it, `__init__.py` among them. */
  files: stringMap.nullish(),
  /** Let the plugin use the network as far as the server's policy goes; refused when absent. */
  allow_network: z.boolean().nullish(),
  /** RFC 3339; Python's clock stands still at this time. */
  now: z.string().nullish(),
};

/** Decoders skip what they do not know; a body must not change on its way. */
const base64 = z.string().superRefine((text, context) => {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return;
  context.addIssue({
    code: "custom",
    message: `invalid value: string ${JSON.stringify(text)}, expected base64`,
  });
});

/** `POST /api/v3/plugin_test/wal` */
export const walPluginTestBody = z.object({ ...shared, input_lp: z.string() });
export type WalPluginTestBody = z.output<typeof walPluginTestBody>;

/** `POST /api/v3/plugin_test/schedule`; `schedule` is a cron expression without a prefix. */
export const schedulePluginTestBody = z.object({ ...shared, schedule: z.string().nullish() });
export type SchedulePluginTestBody = z.output<typeof schedulePluginTestBody>;

/** `POST /api/millrace/v1/plugin_test/request`: the original has no test of request plugins. */
export const requestPluginTestBody = z.object({
  ...shared,
  query_parameters: stringMap.nullish(),
  headers: stringMap.nullish(),
  /** The request's body as text, or as base64 of its bytes. */
  body: z.string().nullish(),
  body_base64: base64.nullish(),
});
export type RequestPluginTestBody = z.output<typeof requestPluginTestBody>;

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

export const tracebackFrame = z.object({
  file: z.string(),
  line: z.number(),
  function: z.string(),
  /** The line of source, for frames of the plugin itself. */
  source: z.string().optional(),
});
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

/** What the HTTP client would have been answered. */
export const pluginHttpResponse = z.object({
  status: z.number(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Text when the bytes are UTF-8, else absent and `body_base64` present. */
  body: z.string().optional(),
  body_base64: z.string().optional(),
});
export type PluginHttpResponse = z.output<typeof pluginHttpResponse>;

/** `response` is null when the plugin failed. */
export const requestPluginTestResponse = z.object({
  response: pluginHttpResponse.nullable(),
  ...walPluginTestResponse.shape,
});
export type RequestPluginTestResponse = z.output<typeof requestPluginTestResponse>;
export type SchedulePluginTestResponse = z.output<typeof schedulePluginTestResponse>;
