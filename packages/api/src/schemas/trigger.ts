import { z } from "zod";
import { queryBoolean, stringMap } from "./common.ts";

export const ERROR_BEHAVIORS = ["log", "retry", "disable"] as const;
export type ErrorBehavior = (typeof ERROR_BEHAVIORS)[number];

/** Any case is accepted: published examples write `Log`, the reference sends `log`. */
const errorBehavior = z.preprocess(
  (value) => (typeof value === "string" ? value.toLowerCase() : value),
  z.enum(ERROR_BEHAVIORS),
);

/** Text, or the JSON form that older releases stored; what it may say is up to `parseTriggerSpec`. */
const triggerSpecification = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** `POST /api/v3/configure/processing_engine_trigger` */
export const createTriggerBody = z.object({
  db: z.string(),
  plugin_filename: z.string(),
  trigger_name: z.string(),
  trigger_settings: z.object({
    run_async: z.boolean().default(false),
    error_behavior: errorBehavior.default("log"),
  }),
  trigger_specification: triggerSpecification,
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

/**
 * The same as a query string, which goes before the body. Its settings are an object, which no parameter can be: so
 * a query string is always refused, in the words of the first thing that is wrong with it.
 */
export const createTriggerQuery = createTriggerBody.extend({ disabled: queryBoolean });

/** `PUT /api/millrace/v1/triggers`: what is absent stays as it is. A running trigger starts again with the changes. */
export const updateTriggerBody = z.object({
  db: z.string(),
  trigger_name: z.string(),
  plugin_filename: z.string().optional(),
  trigger_settings: z
    .object({ run_async: z.boolean().optional(), error_behavior: errorBehavior.optional() })
    .optional(),
  trigger_specification: triggerSpecification.optional(),
  /** Replaces all arguments; null takes them away. */
  trigger_arguments: stringMap.nullish(),
});
export type UpdateTriggerBody = z.output<typeof updateTriggerBody>;

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
