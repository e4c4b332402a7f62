import {
  formatTriggerSpec,
  GrammarError,
  type PluginKind,
  parseTriggerSpec,
  pluginKindOf,
} from "@millrace/api";
import type { DatabaseInfo, TriggerCommands, TriggerDefinition, TriggerInfo } from "../../catalog/index.ts";
import { type Logger, Mutex, ServerError } from "../../foundation/index.ts";
import type { PluginDirectory, PluginSource } from "../plugin-files/index.ts";
import { RunningTrigger, type TriggerMachinery } from "./running-trigger.ts";

export interface KeeperOptions {
  readonly machinery: TriggerMachinery;
  /** Changes are durable when they resolve. */
  readonly commands: TriggerCommands;
  readonly directory: PluginDirectory;
  /** Kinds that may be created; undefined: all. */
  readonly allowedKinds: ReadonlySet<PluginKind> | undefined;
  readonly logger: Logger;
}

/** A trigger as its creator describes it. */
export interface NewTrigger extends Omit<TriggerDefinition, "specification"> {
  readonly database: string;
  /** Text, or the JSON form that older clients send. */
  readonly specification: unknown;
}

const KIND_NAMES = { wal: "WalRows", schedule: "Schedule", request: "Request" } as const;

/** Creates, starts, stops and deletes triggers, and keeps the catalog and what runs in step. */
export class TriggerKeeper {
  readonly #options: KeeperOptions;
  /** By trigger id. */
  readonly #running = new Map<number, RunningTrigger>();
  /** One operation on a trigger at a time; different triggers do not wait for each other. */
  readonly #turns = new Map<string, Mutex>();
  #starts = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Checks in this order: kind, file, catalog. docs/reference/triggers.md, "Creating, enabling, disabling, deleting". */
  async create({ database, specification, ...rest }: NewTrigger): Promise<void> {
    const { allowedKinds, commands, directory } = this.#options;
    const spec = readSpecification(specification);
    const kind = pluginKindOf(spec);
    if (allowedKinds !== undefined && !allowedKinds.has(kind)) {
      throw new ServerError("trigger_kind_restricted", { kind: KIND_NAMES[kind] });
    }
    const source = await directory.open(rest.pluginFilename);
    await this.#inTurn(database, rest.name, async () => {
      const definition = { ...rest, specification: formatTriggerSpec(spec) };
      const trigger = await commands.createTrigger(database, definition);
      if (!trigger.disabled) this.#start(this.#database(database), trigger, source);
    });
  }

  async delete(database: string, name: string, force: boolean): Promise<void> {
    await this.#inTurn(database, name, async () => {
      const trigger = this.#trigger(database, name);
      if (!trigger.disabled && !force) throw new ServerError("trigger_running", { name });
      await this.#stop(trigger.id);
      await this.#options.commands.deleteTrigger(database, name, { force });
    });
  }

  async enable(database: string, name: string): Promise<void> {
    await this.#inTurn(database, name, async () => {
      const trigger = this.#trigger(database, name);
      // Enabled but not running: its file was missing at boot. Enabling it again tries again.
      if (!trigger.disabled && this.#running.has(trigger.id)) return;
      const source = await this.#options.directory.open(trigger.pluginFilename);
      if (trigger.disabled) await this.#options.commands.setTriggerDisabled(database, name, false);
      this.#start(this.#database(database), this.#trigger(database, name), source);
    });
  }

  async disable(database: string, name: string): Promise<void> {
    await this.#inTurn(database, name, async () => {
      const trigger = this.#trigger(database, name);
      if (!trigger.disabled) await this.#options.commands.setTriggerDisabled(database, name, true);
      await this.#stop(trigger.id);
    });
  }

  /** At boot. A trigger that cannot start is logged and does not keep the others from starting. */
  async startAll(): Promise<void> {
    const { machinery, directory, logger } = this.#options;
    for (const database of machinery.catalog.databases()) {
      if (database.deleted) continue;
      for (const trigger of database.triggers()) {
        if (trigger.disabled) continue;
        try {
          this.#start(database, trigger, await directory.open(trigger.pluginFilename));
        } catch (error) {
          logger.error("failed to start trigger at boot; continuing in degraded state", {
            database: database.name,
            trigger: trigger.name,
            error: error instanceof Error ? error.message : String(error),
          });
        }
      }
    }
  }

  /** Undefined for a trigger that does not run. */
  live(triggerId: number): RunningTrigger | undefined {
    return this.#running.get(triggerId);
  }

  /** No further run begins. */
  haltAll(): void {
    for (const running of this.#running.values()) running.halt();
  }

  /** Resolves when nothing runs any more. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id)));
  }

  async stopDatabase(databaseId: number): Promise<void> {
    const ids = [...this.#running.values()].map(({ trigger }) => trigger);
    await Promise.all(ids.filter((it) => it.databaseId === databaseId).map((it) => this.#stop(it.id)));
  }

  #start(database: DatabaseInfo, trigger: TriggerInfo, source: PluginSource): void {
    const cacheNamespace = `${database.id}/${trigger.id}/${++this.#starts}`;
    const disable = (): void => {
      this.disable(database.name, trigger.name).catch((error: unknown) => {
        this.#options.logger.error("a failed trigger could not be disabled", {
          trigger: trigger.name,
          error: error instanceof Error ? error.message : String(error),
        });
      });
    };
    const running = new RunningTrigger(this.#options.machinery, {
      database,
      trigger,
      source,
      cacheNamespace,
      disable,
    });
    this.#running.set(trigger.id, running);
  }

  async #stop(triggerId: number): Promise<void> {
    const running = this.#running.get(triggerId);
    if (running === undefined) return;
    await running.stop();
    this.#running.delete(triggerId);
  }

  #database(name: string): DatabaseInfo {
    const database = this.#options.machinery.catalog.database(name);
    if (database === undefined) throw new ServerError("database_not_found", { name });
    return database;
  }

  #trigger(database: string, name: string): TriggerInfo {
    const trigger = this.#database(database).trigger(name);
    if (trigger === undefined) throw new ServerError("resource_not_found", { name });
    return trigger;
  }

  async #inTurn(database: string, name: string, task: () => Promise<void>): Promise<void> {
    const key = JSON.stringify([database, name]);
    const mutex = this.#turns.get(key) ?? new Mutex();
    this.#turns.set(key, mutex);
    try {
      await mutex.run(task);
    } finally {
      if (mutex.pending === 0) this.#turns.delete(key);
    }
  }
}

function readSpecification(specification: unknown) {
  try {
    return parseTriggerSpec(specification);
  } catch (error) {
    if (error instanceof GrammarError)
      throw new ServerError("trigger_spec_invalid", { detail: error.message });
    throw error;
  }
}
