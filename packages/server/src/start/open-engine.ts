import path from "node:path";
import { PluginRuntime } from "@millrace/plugin-runtime";
import type { NodeCatalog } from "../catalog/index.ts";
import { ProcessingEngine, pythonStarter, SharedCache } from "../engine/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { QueryService } from "../query/index.ts";
import type { Foundations } from "./foundations.ts";

/** The processing engine with its Python; nothing of Python is loaded before the first plugin needs it. */
export function openEngine(
  { config, clock, logger, store }: Foundations,
  catalog: NodeCatalog,
  writes: WritePath,
  query: QueryService,
): ProcessingEngine {
  const { engine, wal } = config;
  const { limits } = engine;
  const engineLogger = logger.child("engine");
  const environment: Record<string, string> = { ...engine.environment };
  if (engine.pluginDir !== undefined) environment["PLUGIN_DIR"] = engine.pluginDir;
  return new ProcessingEngine({
    catalog,
    triggerCommands: catalog.triggerCommands,
    writePath: writes,
    startInterpreter: pythonStarter({
      createRuntime: () =>
        PluginRuntime.create({
          ...(store.nodeDirectory === undefined
            ? {}
            : { snapshotDirectory: path.join(store.nodeDirectory, "python") }),
          onCacheProblem: (problem) =>
            engineLogger.warn("the snapshot of the Python runtime is not kept", { problem: String(problem) }),
        }),
      globalCache: new SharedCache(clock, engine.cacheBytes),
      connectQueries: (link) => query.connectPlugin(link),
      environment,
      heapBytes: limits.interpreter.heapBytes,
      clock,
    }),
    clock,
    logger: engineLogger,
    pluginDir: engine.pluginDir,
    allowedKinds: engine.allowedKinds,
    interpreters: engine.interpreters,
    flushIntervalMs: wal.flushIntervalMs,
    queueBytes: engine.queueBytes,
    runLimits: { ...limits.run, timeoutMs: limits.runTimeoutMs, timeoutOption: "--plugin-run-timeout" },
    testLimits: { ...limits.run, timeoutMs: limits.testTimeoutMs, timeoutOption: "--plugin-test-timeout" },
  });
}
