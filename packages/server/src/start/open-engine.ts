import path from "node:path";
import { PluginRuntime } from "@millrace/plugin-runtime";
import type { NodeCatalog } from "../catalog/index.ts";
import type { PluginLimitsConfig } from "../config/index.ts";
import { HostCaches, ProcessingEngine, PythonStarter } from "../engine/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { QueryService } from "../query/index.ts";
import type { Foundations } from "./foundations.ts";
import { openPluginFiles } from "./plugin-files.ts";

/** The processing engine with its Python; nothing of Python is loaded before the first plugin needs it. */
export async function openEngine(
  foundations: Foundations,
  catalog: NodeCatalog,
  writes: WritePath,
  query: QueryService,
): Promise<ProcessingEngine> {
  const { config, clock, logger, store } = foundations;
  const { engine, wal } = config;
  const { limits } = engine;
  const engineLogger = logger.child("engine");
  const files = await openPluginFiles(foundations);
  const caches = new HostCaches(clock, engine.cacheBytes);
  const python = new PythonStarter({
    createRuntime: () =>
      PluginRuntime.create({
        ...(store.nodeDirectory === undefined
          ? {}
          : { snapshotDirectory: path.join(store.nodeDirectory, "python") }),
        onCacheProblem: (problem) =>
          engineLogger.warn("the snapshot of the Python runtime is not kept", { problem: String(problem) }),
      }),
    globalCache: caches.global,
    localCache: caches.local,
    connectQueries: (link) => query.connectPlugin(link),
    files: files.service,
    environment: { ...engine.environment, ...files.environment },
    limits: interpreterLimits(limits.interpreter),
    clock,
  });
  return new ProcessingEngine({
    catalog,
    triggerCommands: catalog.triggerCommands,
    writePath: writes,
    startInterpreter: python.start,
    hostFigures: { caches, network: python.network },
    dropHostCache: (cacheNamespace) => caches.drop(cacheNamespace),
    clock,
    logger: engineLogger,
    pluginDir: engine.pluginDir,
    fileRoot: files.root,
    repository: { baseUrl: engine.pluginRepo, fetch: globalThis.fetch },
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
}

function interpreterLimits({ heapBytes, filesBytes, files }: PluginLimitsConfig["interpreter"]) {
  return {
    heapMaxBytes: heapBytes,
    fileMaxBytes: filesBytes,
    filesMaxBytes: filesBytes,
    filesMaxCount: files,
  };
}
