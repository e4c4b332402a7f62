import { formatTriggerSpec, type PluginKind, pluginKindOf, type TriggerSpec } from "@millrace/api";
import type {
  DatabaseInfo,
  TriggerChanges,
  TriggerCommands,
  TriggerDefinition,
  TriggerInfo,
} from "../../catalog/index.ts";
import { type Logger, Mutex, ServerError } from "../../foundation/index.ts";
import type { EndedRun } from "../invocation/index.ts";
import type { PluginDirectory, PluginSource } from "../plugin-files/index.ts";
import type { ManualInput } from "./manual-input.ts";
import { RunningTrigger, type TriggerMachinery } from "./running-trigger.ts";
import { readSpecification } from "./specification.ts";

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

/** What is absent stays as it is. */
export interface TriggerUpdate extends Omit<TriggerChanges, "specification"> {
  readonly specification?: unknown;
}

const KIND_NAMES = { wal: "WalRows", schedule: "Schedule", request: "Request" } as const;
/** Plugins read at the same time when the server starts. */
const OPENED_AT_ONCE = 64;

/** Creates, changes, starts, stops and deletes triggers, and keeps the catalog and what runs in step. */
export class TriggerKeeper {
  readonly #options: KeeperOptions;
  /** By trigger id. */
  readonly #running = new Map<number, RunningTrigger>();
  /** Disabled triggers that somebody runs by hand. */
  readonly #visitors = new Set<RunningTrigger>();
  /** One operation on a trigger at a time; different triggers do not wait for each other. */
  readonly #turns = new Map<string, Mutex>();
  #starts = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Checks in this order: kind, file, catalog. docs/reference/triggers.md, "Creating, changing, deleting". */
  async create({ database, specification, ...rest }: NewTrigger): Promise<void> {
    const { commands, directory } = this.#options;
    const spec = this.#allowedSpec(specification);
    const source = await directory.open(rest.pluginFilename);
    await this.#inTurn(database, rest.name, async () => {
      const definition = { ...rest, specification: formatTriggerSpec(spec) };
      const trigger = await commands.createTrigger(database, definition);
      if (!trigger.disabled) this.#start(this.#database(database), trigger, source);
    });
  }

  /** A trigger that is enabled starts again when something changed. */
  async update(database: string, name: string, update: TriggerUpdate): Promise<void> {
    const { specification, ...rest } = update;
    const spec = specification === undefined ? undefined : this.#allowedSpec(specification);
    await this.#inTurn(database, name, async () => {
      const before = this.find(database, name);
      const source = await this.#options.directory.open(rest.pluginFilename ?? before.pluginFilename);
      const changes = spec === undefined ? rest : { ...rest, specification: formatTriggerSpec(spec) };
      const trigger = await this.#options.commands.updateTrigger(database, name, changes);
      if (trigger === before || trigger.disabled) return;
      await this.#stop(trigger.id);
      this.#start(this.#database(database), trigger, source);
    });
  }

  async delete(database: string, name: string, force: boolean): Promise<void> {
    await this.#inTurn(database, name, async () => {
      const trigger = this.find(database, name);
      if (!trigger.disabled && !force) throw new ServerError("trigger_running", { name });
      await Promise.all([this.#stop(trigger.id), this.#sendAway(({ id }) => id === trigger.id)]);
      await this.#options.commands.deleteTrigger(database, name, { force });
    });
  }

  async enable(database: string, name: string): Promise<void> {
    await this.#inTurn(database, name, async () => {
      const trigger = this.find(database, name);
      // Enabled but not running: its file was missing at boot. Enabling it again tries again.
      if (!trigger.disabled && this.#running.has(trigger.id)) return;
      const source = await this.#options.directory.open(trigger.pluginFilename);
      if (trigger.disabled) await this.#options.commands.setTriggerDisabled(database, name, false);
      this.#start(this.#database(database), this.find(database, name), source);
    });
  }

  async disable(database: string, name: string): Promise<void> {
    await this.#inTurn(database, name, () => this.#disable(database, this.find(database, name), null));
  }

  /**
   * Runs a trigger by hand, also a disabled one, which then has an interpreter and a cache for this run only.
   * Rejects when the run could not begin.
   */
  async runNow(database: string, name: string, input: ManualInput): Promise<EndedRun> {
    const trigger = this.find(database, name);
    const running = this.#running.get(trigger.id);
    if (running !== undefined) return await running.runNow(input);
    const source = await this.#options.directory.open(trigger.pluginFilename);
    const visitor = this.#make(this.#database(database), trigger, source, { dormant: true });
    this.#visitors.add(visitor);
    try {
      return await visitor.runNow(input);
    } finally {
      await visitor.stop();
      this.#visitors.delete(visitor);
    }
  }

  /** At boot. A trigger that cannot start is logged and does not keep the others from starting. */
  async startAll(): Promise<void> {
    const enabled = this.#enabled();
    for (let first = 0; first < enabled.length; first += OPENED_AT_ONCE) {
      const group = enabled.slice(first, first + OPENED_AT_ONCE);
      const sources = await Promise.allSettled(group.map(({ trigger }) => this.#openAtBoot(trigger)));
      // In the order of the catalog: of two triggers with one request path the later one has it.
      for (const [i, { database, trigger }] of group.entries()) {
        const source = sources[i]!;
        if (source.status === "fulfilled") this.#start(database, trigger, source.value);
        else this.#cannotBoot(database, trigger, source.reason);
      }
    }
  }

  /** Throws `database_not_found` or `resource_not_found`. */
  find(database: string, name: string): TriggerInfo {
    const trigger = this.#database(database).trigger(name);
    if (trigger === undefined) throw new ServerError("resource_not_found", { name });
    return trigger;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Undefined for a trigger that does not run. */
  live(triggerId: number): RunningTrigger | undefined {
    return this.#running.get(triggerId);
  }

  /** No further run begins. */
  haltAll(): void {
    for (const running of [...this.#running.values(), ...this.#visitors]) running.halt();
  }

  /** Resolves when nothing runs any more. */
  async stopAll(): Promise<void> {
    await Promise.all([...[...this.#running.keys()].map((id) => this.#stop(id)), this.#sendAway(() => true)]);
  }

  async stopDatabase(databaseId: number): Promise<void> {
    const triggers = [...this.#running.values()].map(({ trigger }) => trigger);
    await Promise.all([
      ...triggers.filter((it) => it.databaseId === databaseId).map((it) => this.#stop(it.id)),
      this.#sendAway((it) => it.databaseId === databaseId),
    ]);
  }

  #enabled(): { database: DatabaseInfo; trigger: TriggerInfo }[] {
    const databases = [...this.#options.machinery.catalog.databases()].filter(({ deleted }) => !deleted);
    return databases.flatMap((database) =>
      [...database.triggers()].filter(({ disabled }) => !disabled).map((trigger) => ({ database, trigger })),
    );
  }

  async #openAtBoot({ pluginFilename }: TriggerInfo): Promise<PluginSource> {
    const { directory } = this.#options;
    await directory.recover(pluginFilename);
    return await directory.open(pluginFilename);
  }

  #cannotBoot(database: DatabaseInfo, trigger: TriggerInfo, error: unknown): void {
    this.#options.logger.error("failed to start trigger at boot; continuing in degraded state", {
      database: database.name,
      trigger: trigger.name,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #start(database: DatabaseInfo, trigger: TriggerInfo, source: PluginSource): void {
    this.#running.set(trigger.id, this.#make(database, trigger, source));
  }

  #make(
    database: DatabaseInfo,
    trigger: TriggerInfo,
    source: PluginSource,
    options: { dormant?: boolean } = {},
  ): RunningTrigger {
    const made: RunningTrigger = new RunningTrigger(this.#options.machinery, {
      database,
      trigger,
      source,
      cacheNamespace: `${database.id}/${trigger.id}/${++this.#starts}`,
      disable: (reason) => this.#disableFailed(database.name, made, reason),
      ...options,
    });
    return made;
  }

  /** Must not be waited for by the run that failed. */
  #disableFailed(database: string, failed: RunningTrigger, reason: string): void {
    const { logger } = this.#options;
    const { id, name } = failed.trigger;
    logger.error("a trigger is disabled because its plugin failed", { database, trigger: name, reason });
    const disabled = this.#inTurn(database, name, async () => {
      // Stopped, changed or deleted meanwhile: what runs now under this name has not failed.
      if (this.#running.get(id) === failed) await this.#disable(database, failed.trigger, reason);
    });
    disabled.catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      logger.error("a failed trigger could not be disabled", { database, trigger: name, error: text });
    });
  }

  async #disable(database: string, { id, name }: TriggerInfo, reason: string | null): Promise<void> {
    await this.#options.commands.setTriggerDisabled(database, name, true, reason);
    await this.#stop(id);
  }

  async #stop(triggerId: number): Promise<void> {
    const running = this.#running.get(triggerId);
    if (running === undefined) return;
    await running.stop();
    this.#running.delete(triggerId);
  }

  /** Resolves when no disabled trigger among these is run by hand any more. */
  async #sendAway(which: (trigger: TriggerInfo) => boolean): Promise<void> {
    const leaving = [...this.#visitors].filter(({ trigger }) => which(trigger));
    await Promise.all(leaving.map((visitor) => visitor.stop()));
  }

  #allowedSpec(specification: unknown): TriggerSpec {
    const { allowedKinds } = this.#options;
    const spec = readSpecification(specification);
    const kind = pluginKindOf(spec);
    if (allowedKinds === undefined || allowedKinds.has(kind)) return spec;
    throw new ServerError("trigger_kind_restricted", { kind: KIND_NAMES[kind] });
  }

  #database(name: string): DatabaseInfo {
    const database = this.#options.machinery.catalog.database(name);
    if (database === undefined) throw new ServerError("database_not_found", { name });
    return database;
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
