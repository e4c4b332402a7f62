import path from "node:path";
import { NetworkPolicy, PluginRuntime, pluginNetwork } from "@millrace/plugin-runtime";
import type { NodeCatalog } from "../catalog/index.ts";
import type { PluginLimitsConfig } from "../config/index.ts";
import { HostCaches, PackageManager, ProcessingEngine, PythonStarter } from "../engine/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { QueryService } from "../query/index.ts";
import type { Foundations } from "./foundations.ts";
import { openPluginFiles, type PluginFiles } from "./plugin-files.ts";

const MEBIBYTE = 2 ** 20;

/** The processing engine with its Python; nothing of Python is loaded before the first plugin needs it. */
export async function openEngine(
  foundations: Foundations,
  catalog: NodeCatalog,
  writes: WritePath,
  query: QueryService,
): Promise<ProcessingEngine> {
  const { config, clock, logger, store, ownPlace } = foundations;
  const { engine, wal } = config;
  const { limits } = engine;
  const engineLogger = logger.child("engine");
  const files = await openPluginFiles(foundations);
  const caches = new HostCaches(clock, engine.cacheBytes);
  const packages = await openPackages(foundations, files);
  const python = new PythonStarter({
    createRuntime: () =>
      PluginRuntime.create({
        ...(store.nodeDirectory === undefined
          ? {}
          : { snapshotDirectory: path.join(store.nodeDirectory, "python") }),
        onCacheProblem: (problem) =>
          engineLogger.warn("the snapshot of the Python runtime is not kept", { problem: String(problem) }),
        ...(packages.environment === undefined ? {} : { environment: packages.environment }),
        onEnvironmentProblem: ({ module, reason }) =>
          engineLogger.info("a package is imported when a plugin needs it, not in advance", {
            module,
            reason,
          }),
      }),
    edition: () => packages.environment?.fingerprint ?? "",
    globalCache: caches.global,
    localCache: caches.local,
    connectQueries: (link) => query.connectPlugin(link),
    files: files.service,
    openNetwork: pluginNetwork({ policy: new NetworkPolicy(engine.network, () => ownPlace.server) }),
    environment: { ...engine.environment, ...files.environment },
    limits: interpreterLimits(limits.interpreter),
    clock,
  });
  const processing = new ProcessingEngine({
    catalog,
    triggerCommands: catalog.triggerCommands,
    writePath: writes,
    startInterpreter: python.start,
    runOfPeer: (peer) => python.connections.runOf(peer),
    hostFigures: { caches, network: python.network, packages: packages.figures },
    dropHostCache: (cacheNamespace) => caches.drop(cacheNamespace),
    clock,
    logger: engineLogger,
    pluginDir: engine.pluginDir,
    fileRoot: files.root,
    closedDirectories: files.closed,
    repository: { baseUrl: engine.pluginRepo, fetch: globalThis.fetch },
    packages,
    uploadsRefused: engine.pluginDirOnly,
    onTriggerGone: files.forget,
    onStopped: files.close,
    allowedKinds: engine.allowedKinds,
    interpreters: engine.interpreters,
    maxConcurrent: engine.asyncConcurrency,
    flushIntervalMs: wal.flushIntervalMs,
    queueBytes: engine.queueBytes,
    runLimits: { ...limits.run, timeoutMs: limits.runTimeoutMs, timeoutOption: "--plugin-run-timeout" },
    testLimits: { ...limits.run, timeoutMs: limits.testTimeoutMs, timeoutOption: "--plugin-test-timeout" },
  });
  packages.onChanged(async () => {
    await python.renew().catch((error: unknown) => {
      engineLogger.error("Python could not be prepared with the installed packages", {
        error: String(error),
      });
    });
    // Runs from now on get new interpreters; nobody needs to wait until the old ones have ended.
    processing.renewInterpreters().catch((error: unknown) => {
      engineLogger.error("interpreters could not be renewed", { error: String(error) });
    });
  });
  return processing;
}

async function openPackages(
  { config, clock, logger }: Foundations,
  files: PluginFiles,
): Promise<PackageManager> {
  const { pluginDir, packages } = config.engine;
  const manager = new PackageManager({
    directory: files.packages,
    pluginDir: pluginDir === undefined ? undefined : files.root,
    mayInstall: packages.installation,
    index: packages.index,
    variables: packages.environment,
    clock,
    logger: logger.child("packages"),
  });
  await manager.open();
  return manager;
}

function interpreterLimits({ heapBytes, stackBytes, filesBytes, files }: PluginLimitsConfig["interpreter"]) {
  return {
    heapMaxBytes: heapBytes,
    stackSizeMb: stackBytes / MEBIBYTE,
    fileMaxBytes: filesBytes,
    filesMaxBytes: filesBytes,
    filesMaxCount: files,
  };
}
