import type {
  SchedulePluginTestBody,
  SchedulePluginTestResponse,
  WalPluginTestBody,
  WalPluginTestResponse,
} from "@millrace/api";
import { systemRandom } from "../foundation/index.ts";
import { Batcher } from "./data-writes/index.ts";
import { ENGINE_DEFAULTS, type EngineOptions } from "./engine-options.ts";
import { InterpreterPool, type PluginResponse, type RequestRun, WarmSpare } from "./interpreters/index.ts";
import { PluginRunner } from "./invocation/index.ts";
import { type LogRow, TriggerLog } from "./logs/index.ts";
import { PluginDirectory } from "./plugin-files/index.ts";
import { PluginTester } from "./plugin-tests/index.ts";
import { RequestRoutes } from "./requests/index.ts";
import { RunLog } from "./runs/index.ts";
import { type EngineTables, engineTables } from "./tables/index.ts";
import { sleep } from "./timing/index.ts";
import { type NewTrigger, TriggerKeeper } from "./triggers/index.ts";
import { WriteBack } from "./write-back/index.ts";

/** What clients may rely on; the names are listed in docs/reference/http-api.md, "Capabilities". */
export interface EngineCapabilities {
  features: string[];
  pythonVersion: string | null;
}

const PYTHON_VERSION = "3.14";

/** Runs plugins: on writes, on time and on requests, and to see what they would do. */
export class ProcessingEngine {
  readonly tables: EngineTables;
  readonly runs: RunLog;
  readonly #options: EngineOptions;
  readonly #directory: PluginDirectory;
  readonly #log: TriggerLog;
  readonly #spare: WarmSpare;
  readonly #pool: InterpreterPool;
  readonly #testPool: InterpreterPool;
  readonly #batcher: Batcher;
  readonly #routes: RequestRoutes;
  readonly #keeper: TriggerKeeper;
  readonly #tester: PluginTester;

  constructor(options: EngineOptions) {
    const { catalog, clock, logger, writePath } = options;
    const { queueTimeoutMs, maxConcurrent, maxRowsPerCall } = ENGINE_DEFAULTS;
    this.#options = options;
    this.#directory = new PluginDirectory(options.pluginDir);
    this.#log = new TriggerLog(clock, logger);
    const { random = systemRandom } = options;
    this.runs = new RunLog({ log: this.#log, logger, clock, random });
    this.#spare = new WarmSpare(options.startInterpreter, logger);
    const pool = { spare: this.#spare, clock, logger };
    this.#pool = new InterpreterPool({
      ...pool,
      maxInterpreters: options.interpreters,
      mayLoseCaches: false,
    });
    this.#testPool = new InterpreterPool({
      ...pool,
      maxInterpreters: ENGINE_DEFAULTS.testInterpreters,
      mayLoseCaches: true,
    });
    this.#batcher = new Batcher({ writePath, flushIntervalMs: options.flushIntervalMs, clock });
    this.#routes = new RequestRoutes(logger);
    const runner = new PluginRunner({
      pool: this.#pool,
      writeBack: new WriteBack(writePath),
      runs: this.runs,
      print: (text, trigger) => logger.info(text, { trigger }),
      limits: options.runLimits,
      queueTimeoutMs,
    });
    this.#keeper = new TriggerKeeper({
      machinery: {
        catalog,
        pool: this.#pool,
        runner,
        log: this.#log,
        batcher: this.#batcher,
        routes: this.#routes,
        queueLimits: { maxRowsPerCall, maxBytes: options.queueBytes ?? ENGINE_DEFAULTS.queueBytes },
        maxConcurrent,
        clock,
      },
      commands: options.triggerCommands,
      directory: this.#directory,
      allowedKinds: options.allowedKinds,
      logger,
    });
    this.#tester = new PluginTester({
      catalog,
      directory: this.#directory,
      pool: this.#testPool,
      clock,
      limits: options.testLimits,
      queueTimeoutMs,
    });
    this.tables = engineTables({
      catalog,
      directory: this.#directory,
      log: this.#log,
      runs: this.runs,
      live: (triggerId) => this.#keeper.live(triggerId),
      clock,
    });
    catalog.onChange((change) => {
      if (change.kind === "database-deleted") this.#stopDatabase(change.database.id);
    });
  }

  /** Starts the enabled triggers of all databases; the server accepts requests after this. */
  async start(): Promise<void> {
    await this.#directory.prepare();
    await this.#keeper.startAll();
    if (this.#directory.configured) this.#spare.warm();
  }

  /** Lets running plugins finish for a while, then interrupts them, then ends their interpreters. */
  async stop(): Promise<void> {
    const { clock, shutdownGraceMs = ENGINE_DEFAULTS.shutdownGraceMs } = this.#options;
    this.#keeper.haltAll();
    const idle = this.#keeper.stopAll();
    await Promise.race([idle, sleep(clock, shutdownGraceMs)]);
    this.#pool.interruptAll();
    this.#testPool.interruptAll();
    await Promise.race([idle, sleep(clock, ENGINE_DEFAULTS.interruptGraceMs)]);
    await Promise.all([this.#pool.close(), this.#testPool.close(), this.#spare.close()]);
    await idle;
  }

  createTrigger(trigger: NewTrigger): Promise<void> {
    return this.#keeper.create(trigger);
  }

  deleteTrigger(database: string, name: string, options: { force: boolean }): Promise<void> {
    return this.#keeper.delete(database, name, options.force);
  }

  enableTrigger(database: string, name: string): Promise<void> {
    return this.#keeper.enable(database, name);
  }

  /** Resolves when no run of the trigger is at work any more. */
  disableTrigger(database: string, name: string): Promise<void> {
    return this.#keeper.disable(database, name);
  }

  testWal(body: WalPluginTestBody): Promise<WalPluginTestResponse> {
    return this.#tester.testWal(body);
  }

  testSchedule(body: SchedulePluginTestBody): Promise<SchedulePluginTestResponse> {
    return this.#tester.testSchedule(body);
  }

  /** Undefined when no trigger serves the path. */
  handleRequest(path: string, request: RequestRun["request"]): Promise<PluginResponse | undefined> {
    return this.#routes.handle(path, request);
  }

  /** Why users' writes to this database should wait, or undefined. Plugins' own writes never wait. */
  admission(databaseId: number): string | undefined {
    if (!this.#batcher.full(databaseId)) return undefined;
    return "a trigger of this database cannot keep up with its writes; make its plugin faster, disable it, or raise --plugin-queue-size";
  }

  /** To be called when queries have a new worker: an interpreter's line to the old one cannot be used again. */
  async renewInterpreters(): Promise<void> {
    await Promise.all([this.#pool.renew(), this.#testPool.renew()]);
  }

  logs(): LogRow[] {
    return this.#log.rows();
  }

  capabilities(): EngineCapabilities {
    return {
      features: ["plugin_test.source", "plugin_test.events", "cron.five_fields"],
      pythonVersion: this.#directory.configured ? PYTHON_VERSION : null,
    };
  }

  #stopDatabase(databaseId: number): void {
    this.#keeper.stopDatabase(databaseId).catch((error: unknown) => {
      this.#options.logger.error("the triggers of a deleted database did not stop", { error: String(error) });
    });
  }
}
