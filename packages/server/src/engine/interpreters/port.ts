import type { RunOutcome, RunRequest } from "@millrace/plugin-runtime";

export type {
  LineFrame,
  LogLevel,
  PluginResponse,
  QueuedWrite,
  RequestRun,
  RunError,
  RunOutcome,
  RunRequest,
  ScheduleRun,
  WritesRun,
} from "@millrace/plugin-runtime";

/** What a running plugin may ask of the engine. */
export interface RunHost {
  /** As it happens, so that the lines of a killed run survive. */
  log(
    level: "INFO" | "WARN" | "ERROR",
    message: string,
    place?: { readonly file: string; readonly line?: number },
  ): void;
  print(text: string): void;
  /** Resolves to the text of the exception to raise, or to undefined when the write was accepted. */
  writeSync(database: string, lineProtocol: string, noSync: boolean): Promise<string | undefined>;
}

/** What the engine needs of a Python interpreter: the real one comes from `./python.ts`, tests give a small fake. */
export interface EngineInterpreter {
  /** One run at a time. Never rejects: whatever goes wrong is an outcome. */
  run(request: RunRequest, host: RunHost): Promise<RunOutcome>;
  /** Asks the running plugin to stop: it sees KeyboardInterrupt. */
  interrupt(): void;
  /** Forgets the local cache of a trigger that stopped. */
  dropCache(namespace: string): Promise<void>;
  /** The local cache as bytes, or undefined when something in it can only live where it is. */
  packCache(namespace: string): Promise<Uint8Array | undefined>;
  unpackCache(namespace: string, bytes: Uint8Array): Promise<void>;
  dispose(): Promise<void>;
  /** False when nothing can be asked of it any more. */
  readonly alive: boolean;
  /** What a dead one died of. */
  readonly death?: "crash" | "kill" | undefined;
  /** Why a living one should be replaced before it runs something again. */
  readonly wornOut?: "memory" | "runs" | undefined;
}

/** Why an interpreter was ended. */
export type EndReason =
  | "crash"
  | "kill"
  | "memory"
  | "runs"
  /** Its Python, its packages or its line to the queries are out of date. */
  | "renewal"
  /** Another database needed the place. */
  | "eviction"
  | "idle"
  /** Its triggers stopped. */
  | "unused"
  | "shutdown";

export type StartInterpreter = () => Promise<EngineInterpreter>;
