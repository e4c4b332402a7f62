import type { PluginKind } from "@millrace/api";
import type { RunLimits } from "@millrace/plugin-runtime";
import type { TriggerCommands } from "../catalog/index.ts";
import type { Clock, Logger, RandomBytes } from "../foundation/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { StartInterpreter } from "./interpreters/index.ts";
import type { EngineCatalog } from "./triggers/index.ts";

export interface EngineOptions {
  readonly catalog: EngineCatalog;
  readonly triggerCommands: TriggerCommands;
  readonly writePath: WritePath;
  /** Makes interpreters: `pythonStarter`, or a fake in tests. */
  readonly startInterpreter: StartInterpreter;
  readonly clock: Clock;
  /** For the names of runs. */
  readonly random?: RandomBytes;
  readonly logger: Logger;
  /** Undefined: no plugin files; only tests with inline sources run. */
  readonly pluginDir: string | undefined;
  /** Trigger kinds that may be created; undefined: all. */
  readonly allowedKinds: ReadonlySet<PluginKind> | undefined;
  readonly interpreters: number;
  readonly flushIntervalMs: number;
  readonly runLimits: Partial<RunLimits>;
  readonly testLimits: Partial<RunLimits>;
  /** Bytes that a data-write trigger may have waiting before users' writes are refused. */
  readonly queueBytes?: number;
  /** How long stopping waits for running plugins before it interrupts them. */
  readonly shutdownGraceMs?: number;
}

export const ENGINE_DEFAULTS = {
  queueBytes: 64 * 1024 * 1024,
  maxRowsPerCall: 50_000,
  maxConcurrent: 4,
  testInterpreters: 2,
  queueTimeoutMs: 30_000,
  shutdownGraceMs: 5_000,
  /** After being interrupted, plugins get this long before their interpreters are ended. */
  interruptGraceMs: 1_000,
} as const;
