import type { Budget } from "../limits/index.ts";
import type { FileCall, FilePlace, FileReply } from "./file-calls.ts";
import type { NetworkCall, NetworkReply } from "./network-calls.ts";
import type { RawEvent, RawOutcome } from "./raw-run.ts";
import type { LineFrame } from "./run.ts";

/** What the interpreter asks the host's own thread, over the channel "host". */
export type HostCall =
  | { readonly op: "events"; readonly events: readonly RawEvent[] }
  | { readonly op: "write-sync"; readonly database: string; readonly text: string; readonly noSync: boolean }
  | { readonly op: "cache-get"; readonly scope: CacheScope; readonly key: string }
  | {
      readonly op: "cache-put";
      readonly scope: CacheScope;
      readonly key: string;
      readonly value: Uint8Array;
      readonly ttlMs: number | null;
    }
  | { readonly op: "cache-delete"; readonly scope: CacheScope; readonly key: string }
  | {
      readonly op: "file";
      readonly call: FileCall;
      /** Where the plugin stands, and nanoseconds since the run began: given with calls that change something. */
      readonly place?: FilePlace;
      readonly atNs?: number;
    }
  | { readonly op: "network"; readonly call: NetworkCall };

/** Which cache of the host: that of all runs, or that of the run's own namespace. */
export type CacheScope = "global" | "local";

/** `value` depends on the call: an error text or null, bytes or null, true or false, or the reply of a file or network call. */
export interface HostReply {
  readonly value: string | Uint8Array | boolean | FileReply | NetworkReply | null;
  /** The host itself failed: raised as RuntimeError. */
  readonly failure?: string;
}

/** What the host sends to an interpreter to do. */
export type InterpreterTask =
  | {
      readonly op: "run";
      /** The parts of the request that Python reads itself. */
      readonly json: string;
      readonly source: SourceSlot;
      /** The directory of a multi-file plugin. */
      readonly packageDirectory: string | null;
      /** Where the bytes of all frames lie; null: where those of the last run did. */
      readonly lines: SharedArrayBuffer | null;
      readonly frames: readonly TaskFrame[];
      readonly tables: readonly string[] | null;
      readonly body: Uint8Array | null;
      /** Longest wait for one host call. */
      readonly callTimeoutMs: number;
      readonly limits: Readonly<Record<Budget, number>>;
      readonly frozenTimeNs: bigint | null;
    }
  | {
      readonly op: "cache";
      readonly command: CacheCommand;
      readonly namespace: string;
      readonly data: Uint8Array | null;
    };

/** A stretch of the task's lines. */
export type TaskFrame = Omit<LineFrame, "bytes"> & { readonly offset: number; readonly sizeBytes: number };

/** An interpreter keeps the texts of a few plugins, each in a slot that the host chose. */
export interface SourceSlot {
  readonly slot: number;
  /** Null: what the slot holds already. */
  readonly text: string | null;
}

export type CacheCommand = "drop" | "pack" | "unpack";

export interface TaskResult {
  /** Of a run; null also when a plugin tampered with the code that describes it. */
  readonly outcome: RawOutcome | null;
  /** Why a cache command was refused. */
  readonly refused: string | null;
  /** The body of a response, or a packed cache. */
  readonly bytes: Uint8Array | null;
  /** The budget that the run used up, if it did. */
  readonly exceeded: Budget | null;
  /** Rows that a run was given. */
  readonly rows: number;
  /** Size of the interpreter's memory, which never shrinks. */
  readonly heapBytes: number;
}
