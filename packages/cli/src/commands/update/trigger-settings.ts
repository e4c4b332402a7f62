import type { UpdateTriggerBody } from "@millrace/api";
import type { Values } from "../../parser/index.ts";

/** What may be changed beside the plugin's files, and only on a Millrace server. */
const SETTINGS = [
  "plugin-filename",
  "trigger-spec",
  "trigger-arguments",
  "no-trigger-arguments",
  "run-asynchronous",
  "error-behavior",
] as const;

export function changesSettings(values: Values): boolean {
  return SETTINGS.some((name) => values.has(name));
}

/** Only what was named: everything else stays as it is. */
export function settingsOf(values: Values): UpdateTriggerBody {
  const body: UpdateTriggerBody = { db: values.text("database"), trigger_name: values.text("trigger-name") };
  const pluginFilename = values.optionalText("plugin-filename");
  if (pluginFilename !== undefined) body.plugin_filename = pluginFilename;
  const specification = values.optionalText("trigger-spec");
  if (specification !== undefined) body.trigger_specification = specification;
  if (values.flag("no-trigger-arguments")) body.trigger_arguments = null;
  const replaced = values.pairs("trigger-arguments");
  if (replaced !== undefined) body.trigger_arguments = replaced;
  const errorBehavior = values.optionalText("error-behavior");
  if (values.has("run-asynchronous") || errorBehavior !== undefined) {
    body.trigger_settings = {
      ...(values.has("run-asynchronous") ? { run_async: values.flag("run-asynchronous") } : {}),
      ...(errorBehavior === undefined
        ? {}
        : { error_behavior: errorBehavior as "log" | "retry" | "disable" }),
    };
  }
  return body;
}
