import { formatTriggerSpec, type PluginKind, pluginKindOf, type TriggerSpec } from "@millrace/api";
import type {
  DatabaseInfo,
  TriggerChanges,
  TriggerCommands,
  TriggerDefinition,
  TriggerInfo,
} from "../../catalog/index.ts";
import { type Logger, ServerError } from "../../foundation/index.ts";
import type { EndedRun } from "../invocation/index.ts";
import type { PluginDirectory, PluginSource } from "../plugin-files/index.ts";
import type { ManualInput } from "./manual-input.ts";
import { RunningTrigger, type TriggerMachinery } from "./running-trigger.ts";
import { readSpecification } from "./specification.ts";
import { TriggerBoot } from "./trigger-boot.ts";
import { TriggerTurns, type Waiting } from "./trigger-turns.ts";

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
/** Creates, changes, starts, stops and deletes triggers, and keeps the catalog and what runs in step. */
export class TriggerKeeper {
  readonly #options: KeeperOptions;
  /** By trigger id. */
  readonly #running = new Map<number, RunningTrigger>();
  /** Disabled triggers that somebody runs by hand. */
  readonly #visitors = new Set<RunningTrigger>();
  readonly #turns = new TriggerTurns();
  #starts = 0;
  #fetching: Promise<void> | undefined;
  #windingDown = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Checks in this order: kind, file, catalog. docs/reference/triggers.md, "Creating, changing, deleting". */
  async create({ database, specification, ...rest }: NewTrigger): Promise<void> {
    const { commands, directory } = this.#options;
    const spec = this.#allowedSpec(specification);
    const source = await directory.open(rest.pluginFilename);
    await this.#turns.take(database, rest.name, async () => {
      const definition = { ...rest, specification: formatTriggerSpec(spec) };
      const trigger = await commands.createTrigger(database, definition);
      if (!trigger.disabled) this.#start(this.#database(database), trigger, source);
      return undefined;
    });
  }

  /** A trigger that is enabled starts again when something changed. */
  async update(database: string, name: string, update: TriggerUpdate, by?: string): Promise<void> {
    const { specification, ...rest } = update;
    const spec = specification === undefined ? undefined : this.#allowedSpec(specification);
    await this.#turns.take(database, name, async () => {
      const before = this.find(database, name);
      const source = await this.#options.directory.open(rest.pluginFilename ?? before.pluginFilename);
      const changes = spec === undefined ? rest : { ...rest, specification: formatTriggerSpec(spec) };
      const trigger = await this.#options.commands.updateTrigger(database, name, changes);
      if (trigger !== before && !trigger.disabled) return this.#restart(database, trigger, source, by);
      return undefined;
    });
  }

  async delete(database: string, name: string, force: boolean, by?: string): Promise<void> {
    await this.#turns.take(database, name, async () => {
      const { id } = this.find(database, name);
      await this.#options.commands.deleteTrigger(database, name, { force });
      const leaving = this.#alive((trigger) => trigger.id === id);
      const waits = leaving.map((running) => this.#unlessAsked(running, this.#stop(running), by));
      return async () => {
        await Promise.all(waits.map((wait) => wait()));
      };
    });
  }

  async enable(database: string, name: string, by?: string): Promise<void> {
    await this.#turns.take(database, name, async () => {
      const trigger = this.find(database, name);
      // Enabled but not running: its file was missing at boot. Enabling it again tries again.
      if (!trigger.disabled && this.#running.has(trigger.id)) return undefined;
      const source = await this.#options.directory.open(trigger.pluginFilename);
      if (trigger.disabled) await this.#options.commands.setTriggerDisabled(database, name, false);
      return this.#restart(database, this.find(database, name), source, by);
    });
  }

  async disable(database: string, name: string, by?: string): Promise<void> {
    await this.#turns.take(database, name, () =>
      this.#disable(database, this.find(database, name), null, by),
    );
  }

  /**
   * Runs a trigger by hand, also a disabled one, which then has an interpreter and a cache for this run only.
   * Rejects when the run could not begin.
   */
  async runNow(database: string, name: string, input: ManualInput, by?: string): Promise<EndedRun> {
    const trigger = this.find(database, name);
    const running = this.#running.get(trigger.id);
    if (running !== undefined) return await running.runNow(input, by);
    const source = await this.#options.directory.open(trigger.pluginFilename);
    const visitor = this.#make(this.#database(database), trigger, source, { dormant: true });
    this.#visitors.add(visitor);
    try {
      return await visitor.runNow(input, by);
    } finally {
      await visitor.stop();
      this.#visitors.delete(visitor);
    }
  }

  /**
   * At boot. A trigger that cannot start is logged and does not keep the others from starting; those whose plugin has
   * to be fetched start when it is there, and nobody waits for them.
   */
  async startAll(): Promise<void> {
    const { machinery, directory, logger } = this.#options;
    const boot = new TriggerBoot({
      catalog: machinery.catalog,
      directory,
      logger,
      start: (database, trigger, source) => this.#start(database, trigger, source),
      startIfStill: (database, trigger, source) => this.#startIfStill(database, trigger, source),
      isToStart: (database, trigger) => this.#isToStart(database, trigger),
      announce: (trigger) => this.#announce(trigger),
    });
    const { local, fetched } = boot.begin();
    this.#fetching = fetched;
    await local;
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

  /** No trigger starts any more in the background. */
  windDown(): void {
    this.#windingDown = true;
  }

  /** No further run begins. */
  haltAll(): void {
    this.windDown();
    for (const running of this.#alive(() => true)) running.halt();
  }

  /** Resolves when nothing runs any more. */
  async stopAll(): Promise<void> {
    await Promise.all([this.#fetching, ...this.#alive(() => true).map((running) => this.#stop(running))]);
  }

  async stopDatabase(databaseId: number): Promise<void> {
    await this.#stopWhere((trigger) => trigger.databaseId === databaseId);
  }

  /** Resolves when a trigger that was deleted has ended. */
  async stopTrigger(triggerId: number): Promise<void> {
    await this.#stopWhere(({ id }) => id === triggerId);
  }

  #start(database: DatabaseInfo, trigger: TriggerInfo, source: PluginSource): void {
    this.#running.set(trigger.id, this.#make(database, trigger, source));
  }

  /**
   * Starts a trigger when nothing of it runs any more. What it returns is to be waited for outside of the trigger's
   * turn: the runs that have to end may themselves want to change it.
   */
  #restart(database: string, trigger: TriggerInfo, source: PluginSource, by: string | undefined): Waiting {
    const former = this.#running.get(trigger.id);
    if (former === undefined) {
      this.#start(this.#database(database), trigger, source);
      return undefined;
    }
    return this.#unlessAsked(former, this.#succeed(former, database, trigger, source), by);
  }

  async #succeed(
    former: RunningTrigger,
    database: string,
    trigger: TriggerInfo,
    source: PluginSource,
  ): Promise<void> {
    const settle = this.#announce(trigger, former);
    try {
      await this.#stop(former);
      await this.#startIfStill(database, trigger, source);
    } finally {
      settle();
    }
  }

  /** Unless something else was done with it meanwhile. */
  async #startIfStill(database: string, trigger: TriggerInfo, source: PluginSource): Promise<void> {
    await this.#turns.take(database, trigger.name, async () => {
      if (this.#isToStart(database, trigger)) this.#start(this.#database(database), trigger, source);
      return undefined;
    });
  }

  #isToStart(database: string, trigger: TriggerInfo): boolean {
    return !this.#windingDown && !this.#running.has(trigger.id) && this.#isCurrent(database, trigger);
  }

  /** Each change of a trigger makes another object of it. */
  #isCurrent(database: string, trigger: TriggerInfo): boolean {
    return this.#options.machinery.catalog.database(database)?.trigger(trigger.name) === trigger;
  }

  /** Requests for a trigger that is about to start wait for it. */
  #announce({ specification }: TriggerInfo, former?: RunningTrigger): () => void {
    const spec = readSpecification(specification);
    if (spec.kind !== "request") return () => {};
    return this.#options.machinery.routes.announce(spec.path, (run) => former?.isAskedBy(run) ?? false);
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
    const { name } = failed.trigger;
    logger.error("a trigger is disabled because its plugin failed", { database, trigger: name, reason });
    const disabled = this.#turns.take(database, name, async () => {
      // Stopped, changed or deleted meanwhile: what runs now under this name has not failed.
      if (!this.#isCurrent(database, failed.trigger)) return undefined;
      return await this.#disable(database, failed.trigger, reason);
    });
    disabled.catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      logger.error("a failed trigger could not be disabled", { database, trigger: name, error: text });
    });
  }

  async #disable(
    database: string,
    { id, name }: TriggerInfo,
    reason: string | null,
    by?: string,
  ): Promise<Waiting> {
    await this.#options.commands.setTriggerDisabled(database, name, true, reason);
    const running = this.#running.get(id);
    return running && this.#unlessAsked(running, this.#stop(running), by);
  }

  async #stop(running: RunningTrigger): Promise<void> {
    await running.stop();
    const { id } = running.trigger;
    if (this.#running.get(id) === running) this.#running.delete(id);
  }

  async #stopWhere(which: (trigger: TriggerInfo) => boolean): Promise<void> {
    await Promise.all(this.#alive(which).map((running) => this.#stop(running)));
  }

  /** What runs, also by hand only. */
  #alive(which: (trigger: TriggerInfo) => boolean): RunningTrigger[] {
    return [...this.#running.values(), ...this.#visitors].filter(({ trigger }) => which(trigger));
  }

  /**
   * How to wait for what needs the end of a trigger's runs. A run that asks for the end of itself, or of one that waits
   * for it, does not wait: docs/reference/triggers.md, "Creating, changing, deleting".
   */
  #unlessAsked(running: RunningTrigger, task: Promise<void>, by: string | undefined): () => Promise<void> {
    const asked = running.isAskedBy(by);
    task.catch((error: unknown) => {
      const { name } = running.trigger;
      const reason = error instanceof Error ? error.message : String(error);
      if (asked) this.#options.logger.error("a trigger could not be changed", { trigger: name, reason });
    });
    return async () => {
      if (!asked) await task;
    };
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
}
