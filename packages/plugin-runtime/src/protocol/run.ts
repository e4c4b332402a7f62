import type { Precision } from "@millrace/line-protocol";
import type { RunLimits } from "../limits/index.ts";

/** A stretch of accepted line protocol, as the server keeps it in its write-ahead log. */
export interface LineFrame {
  readonly precision: Precision;
  /** Time of lines that have none. */
  readonly defaultTimeNs: bigint;
  readonly bytes: Uint8Array;
}

/** What to run. */
export interface PluginCode {
  /** As the trigger or the test names it; events and tracebacks of a single file name it too. */
  readonly fileName: string;
  /** Text of the file, or of a package's `__init__.py`. */
  readonly source: string;
  /** A multi-file plugin: imported under the directory's base name instead of being executed as text. */
  readonly package?: {
    /** Where Python sees the directory: below one of the interpreter's mounts. */
    readonly directory: string;
    /** Changes whenever a file of the package did: the package is then imported anew. */
    readonly stamp: string;
  };
}

interface RunBasics {
  readonly runId: string;
  readonly plugin: PluginCode;
  /** The trigger's database: where `write` goes and `query` looks unless told otherwise. */
  readonly database: string;
  readonly trigger?: string;
  readonly args: Readonly<Record<string, string>> | null;
  /** Names the local cache of a trigger (or of a test's `cache_name`). */
  readonly cacheNamespace: string;
  /**
   * Where the values of the local cache live: in the interpreter, by reference, or pickled in the host, because the
   * runs of a trigger may be in several interpreters at once. Default: the interpreter.
   */
  readonly cache?: "interpreter" | "host";
  /** A test run writes nothing: synchronous writes are collected like queued ones. */
  readonly test: boolean;
  readonly limits?: Partial<RunLimits>;
  /** Python's clock stands still at this time; the real time when absent. */
  readonly frozenTimeNs?: bigint;
  /**
   * Texts of files that this run sees instead of the host's, by absolute path as Python sees them: a test of code
   * that was not saved. They lie below one of the interpreter's mounts.
   */
  readonly files?: ReadonlyMap<string, string>;
  /** Whether the run may use the network as far as the host's policy goes; tests must ask for it. Default: true. */
  readonly network?: boolean;
}

export interface WritesRun extends RunBasics {
  readonly kind: "writes";
  readonly batches: {
    readonly frames: readonly LineFrame[];
    /** Only these tables; all when absent. */
    readonly tables?: readonly string[];
  };
}

export interface ScheduleRun extends RunBasics {
  readonly kind: "schedule";
  readonly callTimeNs: bigint;
}

export interface RequestRun extends RunBasics {
  readonly kind: "request";
  readonly request: {
    readonly query: Readonly<Record<string, string>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

export type RunRequest = WritesRun | ScheduleRun | RequestRun;

export type LogLevel = "INFO" | "WARN" | "ERROR";

/** Where and when something happened: line of the plugin's source, nanoseconds since the run began. */
interface EventPlace {
  readonly file: string;
  readonly line: number | null;
  readonly atNs: number;
}

export type LogEvent = EventPlace & {
  readonly kind: "log";
  readonly level: LogLevel;
  readonly message: string;
};
export type PrintEvent = EventPlace & {
  readonly kind: "print";
  readonly stream: "stdout" | "stderr";
  readonly message: string;
};
export type WriteEvent = EventPlace & {
  readonly kind: "write";
  readonly database: string;
  readonly lineProtocol: string;
  readonly sync: boolean;
};
export type QueryEvent = EventPlace & {
  readonly kind: "query";
  readonly database: string;
  readonly sql: string;
  /** Null when the query failed. */
  readonly rows: number | null;
};
export type ErrorEvent = EventPlace & { readonly kind: "error"; readonly message: string };
/** A connection that the plugin opened or was refused: `connected to host:port`, `refused: …`. */
export type NetworkEvent = EventPlace & { readonly kind: "network"; readonly message: string };
/** A file of the host that the plugin changed: `wrote 120 bytes to /plugins/state.json`, `removed …`. */
export type FileEvent = EventPlace & { readonly kind: "file"; readonly message: string };
export type PluginEvent =
  | LogEvent
  | PrintEvent
  | WriteEvent
  | QueryEvent
  | ErrorEvent
  | NetworkEvent
  | FileEvent;

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  /** As in events. */
  readonly file: string;
  readonly line: number | null;
}

export interface QueuedWrite {
  readonly database: string;
  /** What `build()` returned: one line or several. */
  readonly text: string;
  readonly sync: boolean;
  readonly file: string;
  readonly line: number | null;
}

export interface TracebackFrame {
  readonly file: string;
  readonly line: number | null;
  readonly function: string;
  /** The line of source, for frames of the plugin itself. */
  readonly source?: string;
}

export type RunErrorKind =
  | "exception"
  | "missing-function"
  | "timeout"
  | "memory"
  | "killed"
  | "budget"
  | "fatal";

export interface RunError {
  /** Qualified exception name, colon, text; or a text alone. */
  readonly text: string;
  /** Qualified name of the exception class; empty when there was no exception. */
  readonly type: string;
  readonly kind: RunErrorKind;
  /** How far the run had come: reading the plugin, calling its function, or using what it returned. */
  readonly phase: "load" | "call" | "return";
  readonly traceback: readonly TracebackFrame[];
}

export interface PluginResponse {
  /** Any number of 16 bits: the HTTP server refuses those below 100 and above 999. */
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface RunOutcome {
  readonly ok: boolean;
  readonly error?: RunError;
  readonly logs: readonly LogLine[];
  /**
   * In call order. Empty when the run failed: what it queued is discarded. In a production run those marked
   * `sync` were written already.
   */
  readonly writes: readonly QueuedWrite[];
  /** Everything that happened, also in a run that failed. */
  readonly events: readonly PluginEvent[];
  readonly response?: PluginResponse;
  /** Rows that the plugin was given; undefined when its interpreter did not survive the run. */
  readonly rowsIn?: number;
  readonly durationNs: number;
}
