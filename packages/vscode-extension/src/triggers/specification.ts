import { parseTriggerSpec, pluginKindOf } from "@millrace/api/grammar";
import type { TriggerKind } from "./plugin-arguments.ts";

export interface SpecificationChoice {
  readonly label: string;
  readonly description: string;
  readonly specification: string;
  /** The specification is a start that is to be completed. */
  readonly isToComplete: boolean;
}

const PLUGIN_KINDS = { onwrite: "wal", scheduled: "schedule", http: "request" } as const;

/** What a form offers for a plugin of a kind. */
export function specificationChoices(
  kind: TriggerKind,
  tables: readonly string[],
  plugin: string,
): readonly SpecificationChoice[] {
  switch (kind) {
    case "onwrite":
      return [
        ...tables.map((table) => choice(table, "rows of this table", `table:${table}`)),
        choice("All tables", "rows of any table", "all_tables"),
        toComplete("Another table…", "one that is written later", "table:"),
      ];
    case "scheduled":
      return [
        choice("Every 10 seconds", "every:10s", "every:10s"),
        choice("Every minute", "every:1m", "every:1m"),
        choice("Every hour", "every:1h", "every:1h"),
        toComplete("Another interval…", "as every:30s, every:2h or every:1d", "every:"),
        toComplete("Cron expression…", "seconds, minutes, hours, day, month, weekday", "cron:0 0 6 * * *"),
      ];
    case "http": {
      const path = plugin.replace(/\.py$/, "");
      return [
        choice(`/api/v3/engine/${path}`, "by the plugin's name", `request:${path}`),
        toComplete("Another path…", "below /api/v3/engine/", "request:"),
      ];
    }
  }
}

/** Why a specification cannot run a plugin of the kind. */
export function specificationProblem(text: string, kind: TriggerKind): string | undefined {
  try {
    const found = pluginKindOf(parseTriggerSpec(text));
    if (found === PLUGIN_KINDS[kind]) return undefined;
    return `'${text}' does not call this function: ${FORMS[kind]}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `${error.cause.message}: ` : "";
    return `${cause}${FORMS[kind]}`;
  }
}

/** Whether a trigger runs on written rows, which a run by hand has to be given. */
export function runsOnWrites(specification: string): boolean {
  try {
    return pluginKindOf(parseTriggerSpec(specification)) === PLUGIN_KINDS.onwrite;
  } catch {
    return false;
  }
}

const FORMS: Readonly<Record<TriggerKind, string>> = {
  onwrite: "write table:<name> or all_tables.",
  scheduled: "write every:<duration> or cron:<expression>.",
  http: "write request:<path>.",
};

function choice(label: string, description: string, specification: string): SpecificationChoice {
  return { label, description, specification, isToComplete: false };
}

function toComplete(label: string, description: string, specification: string): SpecificationChoice {
  return { label, description, specification, isToComplete: true };
}
