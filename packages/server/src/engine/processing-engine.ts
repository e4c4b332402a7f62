import {
  FEATURES,
  type InstalledPackage,
  type PluginContent,
  type PluginEntry,
  type RequestPluginTestBody,
  type RequestPluginTestResponse,
  type RunTriggerBody,
  type RunTriggerResponse,
  type SchedulePluginTestBody,
  type SchedulePluginTestResponse,
  type WalPluginTestBody,
  type WalPluginTestResponse,
} from "@millrace/api";
import type { DatabaseInfo } from "../catalog/index.ts";
import { assemble, type EngineParts } from "./assembly.ts";
import type { EngineFigures } from "./engine-figures.ts";
import { ENGINE_DEFAULTS, type EngineOptions } from "./engine-options.ts";
import type { Peer, PluginResponse, RequestRun } from "./interpreters/index.ts";
import type { LogRow } from "./logs/index.ts";
import { PackageManager } from "./packages/index.ts";
import { listPlugins, normalName, type PackageUpload, readPlugin } from "./plugin-files/index.ts";
import type { EngineTables } from "./tables/index.ts";
import { sleep } from "./timing/index.ts";
import { type NewTrigger, pluginUsers, runTriggerNow, type TriggerUpdate } from "./triggers/index.ts";

/** What clients may rely on; the names are listed in docs/reference/http-api.md, "Capabilities". */
export interface EngineCapabilities {
  features: string[];
  pythonVersion: string | null;
}

const PYTHON_VERSION = "3.14";

/** Runs plugins: on writes, on time and on requests, and to see what they would do. */
export class ProcessingEngine {
  readonly tables: EngineTables;
  readonly figures: EngineFigures;
  readonly #options: EngineOptions;
  readonly #parts: EngineParts;
  readonly #packages: PackageManager;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#packages = options.packages ?? PackageManager.none(options.clock, options.logger);
    this.#parts = assemble(options);
    this.tables = this.#parts.tables;
    const { runs, interpreters, batcher, keeper } = this.#parts;
    this.figures = {
      runs: runs.figures,
      interpreters,
      deliveries: batcher,
      triggers: keeper,
      host: options.hostFigures,
    };
    options.catalog.onChange((change) => {
      if (change.kind === "database-deleted") this.#databaseGone(change.database);
      if (change.kind === "trigger-deleted") this.#triggerGone(change.database.id, change.trigger.id);
    });
  }

  /** Starts the enabled triggers of all databases; the server accepts requests after this. */
  async start(): Promise<void> {
    const { directory, keeper, interpreters } = this.#parts;
    await directory.prepare();
    await keeper.startAll();
    if (directory.configured) interpreters.spare.warm();
  }

  /**
   * The server is about to stop: ends what requests wait long for and what would be in vain. Runs go on until `stop`.
   */
  windDown(): void {
    this.#packages.stop();
    this.#parts.keeper.windDown();
    this.#parts.directory.closeRepository();
  }

  /** Lets running plugins finish for a while, then interrupts them, then ends their interpreters. */
  async stop(): Promise<void> {
    const { clock, shutdownGraceMs = ENGINE_DEFAULTS.shutdownGraceMs } = this.#options;
    const { keeper } = this.#parts;
    const { spare, triggers, tests } = this.#parts.interpreters;
    this.windDown();
    keeper.haltAll();
    const idle = keeper.stopAll();
    await Promise.race([idle, sleep(clock, shutdownGraceMs)]);
    triggers.interruptAll();
    tests.interruptAll();
    await Promise.race([idle, sleep(clock, ENGINE_DEFAULTS.interruptGraceMs)]);
    const ended = Promise.all([triggers.close(), tests.close(), spare.close()]).then(() => idle);
    ended.catch(() => {});
    // A Python that is being made cannot be called back; what it is made for will not run.
    await Promise.race([ended, sleep(clock, ENGINE_DEFAULTS.closeGraceMs)]);
    this.#options.onStopped?.();
  }

  createTrigger(trigger: NewTrigger): Promise<void> {
    return this.#parts.keeper.create(trigger);
  }

  /** What is absent stays as it is; a trigger that runs starts again with what is different. */
  updateTrigger(database: string, name: string, changes: TriggerUpdate, peer?: Peer): Promise<void> {
    return this.#parts.keeper.update(database, name, changes, this.#runOf(peer));
  }

  deleteTrigger(database: string, name: string, options: { force: boolean }, peer?: Peer): Promise<void> {
    return this.#parts.keeper.delete(database, name, options.force, this.#runOf(peer));
  }

  enableTrigger(database: string, name: string, peer?: Peer): Promise<void> {
    return this.#parts.keeper.enable(database, name, this.#runOf(peer));
  }

  /** Resolves when no run of the trigger is at work any more that the one who asks does not wait for. */
  disableTrigger(database: string, name: string, peer?: Peer): Promise<void> {
    return this.#parts.keeper.disable(database, name, this.#runOf(peer));
  }

  /** Runs a trigger for real, whether it is enabled or not. */
  runTrigger(body: RunTriggerBody, peer?: Peer): Promise<RunTriggerResponse> {
    const { catalog, clock } = this.#options;
    return runTriggerNow({ catalog, clock, keeper: this.#parts.keeper }, body, this.#runOf(peer));
  }

  testWal(body: WalPluginTestBody): Promise<WalPluginTestResponse> {
    return this.#parts.tester.testWal(body);
  }

  testSchedule(body: SchedulePluginTestBody): Promise<SchedulePluginTestResponse> {
    return this.#parts.tester.testSchedule(body);
  }

  testRequest(body: RequestPluginTestBody): Promise<RequestPluginTestResponse> {
    return this.#parts.tester.testRequest(body);
  }

  /** The plugins in the plugin directory, and who runs them. */
  async plugins(): Promise<PluginEntry[]> {
    const users = pluginUsers(this.#options.catalog, normalName);
    const found = await listPlugins(this.#parts.directory);
    return found.map((plugin) => ({ ...plugin, triggers: [...(users.get(plugin.path) ?? [])] }));
  }

  pluginContent(path: string): Promise<PluginContent> {
    return readPlugin(this.#parts.directory, path);
  }

  /** `path` is relative to the plugin directory. */
  uploadPluginFile(path: string, content: string): Promise<void> {
    return this.#parts.uploads.upload(path, content);
  }

  replacePluginFile(triggerName: string, content: string): Promise<void> {
    return this.#parts.uploads.replaceFile(triggerName, content);
  }

  replacePluginDirectory(triggerName: string, files: readonly PackageUpload[]): Promise<void> {
    return this.#parts.uploads.replaceDirectory(triggerName, files);
  }

  /** Requirements, or paths of wheels; they can be imported when it is done. */
  installPackages(packages: readonly string[]): Promise<void> {
    return this.#packages.installPackages(packages);
  }

  /** A path on the server. */
  installRequirements(location: string): Promise<void> {
    return this.#packages.installRequirements(location);
  }

  packages(): Promise<InstalledPackage[]> {
    return this.#packages.packages();
  }

  /** Undefined when no trigger serves the path. `gone` aborts when nobody waits for the answer any more. */
  handleRequest(
    path: string,
    request: RequestRun["request"],
    gone?: AbortSignal,
    peer?: Peer,
  ): Promise<PluginResponse | undefined> {
    return this.#parts.routes.handle(path, request, { gone, run: this.#runOf(peer) });
  }

  /** Why users' writes to this database should wait, or undefined. Plugins' own writes never wait. */
  admission(databaseId: number): string | undefined {
    if (!this.#parts.batcher.full(databaseId)) return undefined;
    return "a trigger of this database cannot keep up with its writes; make its plugin faster, disable it, or raise --plugin-queue-size";
  }

  /**
   * Resolves with true when such a write need no longer wait, with false when it has waited long enough; undefined when it
   * need not wait. `sizeBytes` is what it will bring, where that is known.
   */
  untilAdmitted(databaseId: number, sizeBytes: number | undefined): Promise<boolean> | undefined {
    return this.#parts.batcher.untilRoom(databaseId, sizeBytes);
  }

  /** To be called when queries have a new worker: an interpreter's line to the old one cannot be used again. */
  async renewInterpreters(): Promise<void> {
    const { triggers, tests } = this.#parts.interpreters;
    await Promise.all([triggers.renew(), tests.renew()]);
  }

  logs(): LogRow[] {
    return this.#parts.log.rows();
  }

  capabilities(): EngineCapabilities {
    return {
      features: [...FEATURES],
      pythonVersion: this.#parts.directory.configured ? PYTHON_VERSION : null,
    };
  }

  /** The run whose plugin asks for something. */
  #runOf(peer: Peer | undefined): string | undefined {
    return peer && this.#options.runOfPeer?.(peer);
  }

  #triggerGone(databaseId: number, triggerId: number): void {
    const { logger, onTriggerGone } = this.#options;
    const stopped = this.#parts.keeper
      .stopTrigger(triggerId)
      .then(() => onTriggerGone?.(databaseId, triggerId));
    stopped.catch((error: unknown) => {
      logger.error("a deleted trigger did not stop", { error: String(error) });
    });
  }

  #databaseGone(database: DatabaseInfo): void {
    const { logger, onTriggerGone } = this.#options;
    const stopped = this.#parts.keeper.stopDatabase(database.id).then(() => {
      for (const { id } of database.triggers()) onTriggerGone?.(database.id, id);
    });
    stopped.catch((error: unknown) => {
      logger.error("the triggers of a deleted database did not stop", { error: String(error) });
    });
  }
}
