import { systemRandom } from "../foundation/index.ts";
import { Batcher } from "./data-writes/index.ts";
import { ENGINE_DEFAULTS, type EngineOptions } from "./engine-options.ts";
import { type Interpreters, openInterpreters } from "./interpreters/index.ts";
import { PluginRunner } from "./invocation/index.ts";
import { TriggerLog } from "./logs/index.ts";
import { PluginDirectory, PluginRepository, PluginUploads } from "./plugin-files/index.ts";
import { PluginTester } from "./plugin-tests/index.ts";
import { RequestRoutes } from "./requests/index.ts";
import { RunLog } from "./runs/index.ts";
import { type EngineTables, engineTables } from "./tables/index.ts";
import { pluginOfTrigger, TriggerKeeper } from "./triggers/index.ts";
import { WriteBack } from "./write-back/index.ts";

/** Everything that an engine is made of, wired to each other. */
export interface EngineParts {
  readonly directory: PluginDirectory;
  readonly uploads: PluginUploads;
  readonly log: TriggerLog;
  readonly runs: RunLog;
  readonly interpreters: Interpreters;
  readonly batcher: Batcher;
  readonly routes: RequestRoutes;
  readonly keeper: TriggerKeeper;
  readonly tester: PluginTester;
  readonly tables: EngineTables;
}

export function assemble(options: EngineOptions): EngineParts {
  const { catalog, clock, logger, random = systemRandom } = options;
  const directory = new PluginDirectory({
    directory: options.pluginDir,
    repository: new PluginRepository(options.repository),
    closed: options.closedDirectories ?? [],
  });
  const uploads = new PluginUploads({
    directory,
    pluginOfTrigger: (name) => pluginOfTrigger(catalog, name),
    refused: options.uploadsRefused ?? false,
  });
  const log = new TriggerLog(clock, logger);
  const runs = new RunLog({ log, logger, clock, random });
  const interpreters = openInterpreters({
    ...options,
    testInterpreters: ENGINE_DEFAULTS.testInterpreters,
  });
  const batcher = new Batcher(options);
  const routes = new RequestRoutes({
    logger,
    clock,
    queueTimeoutMs: queueTimeoutMs(options.runLimits),
  });
  const shared = { directory, log, runs, interpreters, batcher, routes };
  const keeper = openKeeper(options, shared);
  const tester = openTester(options, shared);
  const live = keeper.live.bind(keeper);
  const tables = engineTables({ catalog, directory, log, runs, live, clock });
  return { ...shared, uploads, keeper, tester, tables };
}

type Shared = Pick<EngineParts, "directory" | "log" | "runs" | "interpreters" | "batcher" | "routes">;

function openKeeper(options: EngineOptions, shared: Shared): TriggerKeeper {
  const { catalog, clock, logger } = options;
  const { directory, log, runs, interpreters, batcher, routes } = shared;
  const { maxRowsPerCall, maxBytesPerCall } = ENGINE_DEFAULTS;
  const runner = new PluginRunner({
    pool: interpreters.triggers,
    writeBack: new WriteBack(options.writePath),
    runs,
    print: (text, trigger) => logger.info(text, { trigger }),
    limits: options.runLimits,
    queueTimeoutMs: queueTimeoutMs(options.runLimits),
  });
  return new TriggerKeeper({
    machinery: {
      catalog,
      pool: interpreters.triggers,
      runner,
      log,
      batcher,
      routes,
      queueLimits: {
        maxRowsPerCall,
        maxBytesPerCall,
        maxBytes: options.queueBytes ?? ENGINE_DEFAULTS.queueBytes,
      },
      maxConcurrent: options.maxConcurrent ?? ENGINE_DEFAULTS.maxConcurrent,
      clock,
    },
    commands: options.triggerCommands,
    directory,
    allowedKinds: options.allowedKinds,
    logger,
  });
}

function openTester(options: EngineOptions, { directory, runs, interpreters }: Shared): PluginTester {
  return new PluginTester({
    catalog: options.catalog,
    directory,
    fileRoot: options.fileRoot,
    pool: interpreters.tests,
    nextRunId: () => runs.ids.next(),
    clock: options.clock,
    limits: options.testLimits,
    queueTimeoutMs: ENGINE_DEFAULTS.queueTimeoutMs,
  });
}

/** Shorter than a run may take: of plugins that wait for each other, the last one gives up while the first still runs. */
function queueTimeoutMs({ timeoutMs }: EngineOptions["runLimits"]): number {
  const longest = ENGINE_DEFAULTS.queueTimeoutMs;
  return timeoutMs === undefined ? longest : Math.min(longest, timeoutMs / 2);
}
