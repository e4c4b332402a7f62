import type { CreateTriggerBody, ErrorBehavior } from "@millrace/api";

/** A trigger as the form has asked for it. */
export interface TriggerDraft {
  readonly database: string;
  readonly plugin: string;
  readonly name: string;
  readonly specification: string;
  readonly args: Readonly<Record<string, string>>;
  readonly errorBehavior: ErrorBehavior;
}

export function triggerBody(draft: TriggerDraft): CreateTriggerBody {
  const { database, plugin, name, specification, args, errorBehavior } = draft;
  return {
    db: database,
    plugin_filename: plugin,
    trigger_name: name,
    trigger_settings: { run_async: false, error_behavior: errorBehavior },
    trigger_specification: specification.trim(),
    trigger_arguments: Object.keys(args).length === 0 ? null : { ...args },
    disabled: false,
  };
}
