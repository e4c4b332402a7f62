import { z } from "zod";
import { stringMap } from "./common.ts";
import { pluginEvent, pluginHttpResponse, tracebackFrame } from "./plugin-test.ts";

/** `POST /api/millrace/v1/triggers/run`: runs an existing trigger now, for real. Input of another kind is refused. */
export const runTriggerBody = z.object({
  db: z.string(),
  trigger_name: z.string(),
  /** Data-write triggers: nanosecond line protocol that the plugin gets; it is not written. */
  input_lp: z.string().nullish(),
  /** Scheduled triggers: RFC 3339; the current second when absent. */
  call_time: z.string().nullish(),
  /** Request triggers. */
  query_parameters: stringMap.nullish(),
  headers: stringMap.nullish(),
  body: z.string().nullish(),
});
export type RunTriggerBody = z.output<typeof runTriggerBody>;

export const runTriggerResponse = z.object({
  run_id: z.string(),
  outcome: z.string(),
  error: z.string().nullable(),
  duration_ms: z.number(),
  written_lines: z.number(),
  events: z.array(pluginEvent),
  traceback: z.array(tracebackFrame),
  response: pluginHttpResponse.nullable(),
});
export type RunTriggerResponse = z.output<typeof runTriggerResponse>;

/** An element of `GET /api/millrace/v1/plugins`; paths are relative to the plugin directory, with `/`. */
export const pluginEntry = z.object({
  path: z.string(),
  kind: z.enum(["file", "package"]),
  size_bytes: z.number(),
  last_modified_ms: z.number(),
  /** Triggers that run it, as `database/name`. */
  triggers: z.array(z.string()),
});
export type PluginEntry = z.output<typeof pluginEntry>;
export const pluginEntries = z.array(pluginEntry);

/** `GET /api/millrace/v1/plugins/files` */
export const pluginContentQuery = z.object({ path: z.string() });

/** What it answers; for a package: its `.py` files by path below it. */
export const pluginContent = z.object({
  path: z.string(),
  kind: z.enum(["file", "package"]),
  files: z.array(
    z.object({ path: z.string(), content: z.string(), size_bytes: z.number(), last_modified_ms: z.number() }),
  ),
});
export type PluginContent = z.output<typeof pluginContent>;
