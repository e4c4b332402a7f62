import { isDeepStrictEqual } from "node:util";
import { ServerError } from "../foundation/index.ts";
import { type CatalogCore, liveDatabase } from "./core.ts";
import type { DatabaseRecord } from "./records.ts";
import type { CatalogState } from "./state.ts";
import type { TriggerChanges, TriggerCommands, TriggerDefinition, TriggerInfo } from "./types.ts";

export class TriggerAdministration implements TriggerCommands {
  readonly #core: CatalogCore;

  constructor(core: CatalogCore) {
    this.#core = core;
  }

  async createTrigger(databaseName: string, definition: TriggerDefinition): Promise<TriggerInfo> {
    await this.#core.commit((state) => {
      const database = databaseWithTriggers(state, databaseName);
      if (database.trigger(definition.name) !== undefined) throw new ServerError("already_exists");
      return [{ op: "create-trigger", ...definition, id: state.next.trigger, databaseId: database.id }];
    });
    return triggerOf(databaseWithTriggers(this.#core.state, databaseName), definition.name);
  }

  async deleteTrigger(databaseName: string, name: string, options: { force: boolean }): Promise<void> {
    await this.#core.commit((state) => {
      const database = databaseWithTriggers(state, databaseName);
      const trigger = triggerOf(database, name);
      if (!trigger.disabled && !options.force) throw new ServerError("trigger_running", { name });
      return [{ op: "delete-trigger", database: database.id, name }];
    });
  }

  async updateTrigger(databaseName: string, name: string, changes: TriggerChanges): Promise<TriggerInfo> {
    await this.#core.commit((state) => {
      const database = databaseWithTriggers(state, databaseName);
      const different = differences(triggerOf(database, name), changes);
      if (Object.keys(different).length === 0) return [];
      return [{ op: "update-trigger", database: database.id, name, ...different }];
    });
    return triggerOf(databaseWithTriggers(this.#core.state, databaseName), name);
  }

  async setTriggerDisabled(
    databaseName: string,
    name: string,
    disabled: boolean,
    reason: string | null = null,
  ): Promise<TriggerInfo> {
    await this.#core.commit((state) => {
      const database = databaseWithTriggers(state, databaseName);
      if (triggerOf(database, name).disabled === disabled) return [];
      return [{ op: "set-trigger-disabled", database: database.id, name, disabled, reason }];
    });
    return triggerOf(databaseWithTriggers(this.#core.state, databaseName), name);
  }
}

function differences(trigger: TriggerInfo, changes: TriggerChanges): TriggerChanges {
  const keys = ["pluginFilename", "specification", "runAsync", "errorBehavior", "arguments"] as const;
  const different = keys.filter(
    (key) => changes[key] !== undefined && !isDeepStrictEqual(changes[key], trigger[key]),
  );
  return Object.fromEntries(different.map((key) => [key, changes[key]]));
}

function databaseWithTriggers(state: CatalogState, name: string): DatabaseRecord {
  return liveDatabase(state, name, new ServerError("database_not_found", { name }));
}

function triggerOf(database: DatabaseRecord, name: string): TriggerInfo {
  const trigger = database.trigger(name);
  if (trigger === undefined) throw new ServerError("resource_not_found", { name });
  return trigger;
}
