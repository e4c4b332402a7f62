import { z } from "zod";
import { queryBoolean, stringMap } from "./common.ts";

export const ERROR_BEHAVIORS = ["log", "retry", "disable"] as const;
export type ErrorBehavior = (typeof ERROR_BEHAVIORS)[number];

/** Any case is accepted: published examples write `Log`, the reference sends `log`. */
const errorBehavior = z.preprocess(
  (value) => (typeof value === "string" ? value.toLowerCase() : value),
  z.enum(ERROR_BEHAVIORS),
);

/** `POST /api/v3/configure/processing_engine_trigger`; the specification follows `parseTriggerSpec`. */
export const createTriggerBody = z.object({
  db: z.string(),
  plugin_filename: z.string(),
  trigger_name: z.string(),
  trigger_settings: z.object({
    run_async: z.boolean().default(false),
    error_behavior: errorBehavior.default("log"),
  }),
  trigger_specification: z.union([z.string(), z.record(z.string(), z.unknown())]),
  trigger_arguments: stringMap.nullish(),
  disabled: z.boolean(),
});
export interface CreateTriggerBody {
  db: string;
  plugin_filename: string;
  trigger_name: string;
  trigger_settings: { run_async: boolean; error_behavior: ErrorBehavior };
  trigger_specification: string;
  trigger_arguments: Record<string, string> | null;
  disabled: boolean;
}

/** `DELETE /api/v3/configure/processing_engine_trigger`, as a query string or as a body. */
export const deleteTriggerQuery = z.object({
  db: z.string(),
  trigger_name: z.string(),
  force: queryBoolean.default(false),
});
export const deleteTriggerBody = z.object({
  db: z.string(),
  trigger_name: z.string(),
  force: z.boolean().default(false),
});
export type DeleteTriggerBody = z.output<typeof deleteTriggerBody>;

/** `POST …/processing_engine_trigger/enable` and `…/disable` */
export const triggerNameQuery = z.object({ db: z.string(), trigger_name: z.string() });
export type TriggerNameQuery = z.output<typeof triggerNameQuery>;

/** `POST /api/v3/plugins/files`: a file at a path relative to the plugin directory. */
export const pluginFileBody = z.object({ plugin_name: z.string(), content: z.string() });
export type PluginFileBody = z.output<typeof pluginFileBody>;

/** `PUT /api/v3/plugins/directory`: all files of the package that the trigger runs; others disappear. */
export const pluginDirectoryBody = z.object({
  /** Name of a trigger. */
  plugin_name: z.string(),
  files: z.array(z.object({ relative_path: z.string(), content: z.string() })),
});
export type PluginDirectoryBody = z.output<typeof pluginDirectoryBody>;
