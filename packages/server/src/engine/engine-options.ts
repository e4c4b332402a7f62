import type { PluginKind } from "@millrace/api";
import type { RunLimits } from "@millrace/plugin-runtime";
import type { TriggerCommands } from "../catalog/index.ts";
import type { Clock, Logger, RandomBytes } from "../foundation/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { HostFigures } from "./engine-figures.ts";
import type { Peer, StartInterpreter } from "./interpreters/index.ts";
import type { PackageManager } from "./packages/index.ts";
import type { RepositoryOptions } from "./plugin-files/index.ts";
import type { EngineCatalog } from "./triggers/index.ts";

export interface EngineOptions {
  readonly catalog: EngineCatalog;
  readonly triggerCommands: TriggerCommands;
  readonly writePath: WritePath;
  /** Makes interpreters: `PythonStarter`, or a fake in tests. */
  readonly startInterpreter: StartInterpreter;
  readonly hostFigures?: HostFigures;
  /** The run whose plugin opened a connection to this server. */
  readonly runOfPeer?: (peer: Peer) => string | undefined;
  /** Forgets a local cache that lives outside of the interpreters. */
  readonly dropHostCache?: (cacheNamespace: string) => void;
  readonly clock: Clock;
  /** For the names of runs. */
  readonly random?: RandomBytes;
  readonly logger: Logger;
  /** Undefined: no plugin files; only repository plugins, and tests with inline sources, run. */
  readonly pluginDir: string | undefined;
  /** Real paths of directories inside the plugin directory that hold no plugins and are not changed by uploads. */
  readonly closedDirectories?: readonly string[];
  /** Where Python sees the plugin directory, and with it packages that come with a test. */
  readonly fileRoot: string;
  /** Where plugins named `gh:PATH` are read from. */
  readonly repository: RepositoryOptions;
  /** Absent: no packages can be installed. */
  readonly packages?: PackageManager;
  /** Files of plugins may not be changed over HTTP: `--plugin-dir-only`. */
  readonly uploadsRefused?: boolean;
  /** A trigger is gone for good, and with it what it wrote to files. */
  readonly onTriggerGone?: (databaseId: number, triggerId: number) => void;
  /** Trigger kinds that may be created; undefined: all. */
  readonly allowedKinds: ReadonlySet<PluginKind> | undefined;
  readonly interpreters: number;
  /** Runs of one `run_async` trigger that may overlap. */
  readonly maxConcurrent?: number;
  readonly flushIntervalMs: number;
  readonly runLimits: Partial<RunLimits>;
  readonly testLimits: Partial<RunLimits>;
  /** Bytes that a data-write trigger may have waiting before users' writes are refused. */
  readonly queueBytes?: number;
  /** Called when nothing runs any more. */
  readonly onStopped?: () => void;
  /** How long stopping waits for running plugins before it interrupts them. */
  readonly shutdownGraceMs?: number;
}

export const ENGINE_DEFAULTS = {
  queueBytes: 64 * 1024 * 1024,
  maxRowsPerCall: 50_000,
  maxBytesPerCall: 16 * 1024 * 1024,
  maxConcurrent: 4,
  testInterpreters: 2,
  queueTimeoutMs: 30_000,
  shutdownGraceMs: 5_000,
  /** After being interrupted, plugins get this long before their interpreters are ended. */
  interruptGraceMs: 1_000,
  /** And then, for ending, this long. */
  closeGraceMs: 3_000,
} as const;
