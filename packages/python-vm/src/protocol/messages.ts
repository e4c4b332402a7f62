import type { MessagePort } from "node:worker_threads";
import type { CompiledModule } from "../webassembly/index.ts";

/** Trusted Python source that becomes a module of every interpreter. */
export interface PreludeModule {
  readonly name: string;
  readonly source: string;
}

export interface WorkerLimits {
  /** Cap of the WebAssembly memory: everything that Python allocates. */
  readonly heapMaxBytes: number;
  /**
   * Stack of the thread. Deep recursion in C (nested JSON, pickles) ends as a Python exception or, when it needs more
   * than this, with the interpreter; what it used stays with the thread.
   */
  readonly stackSizeMb: number;
  /** Cap of one file, and of all files together, in the interpreter's memory file system. */
  readonly fileMaxBytes: number;
  readonly filesMaxBytes: number;
  /** Cap of files, directories and links. */
  readonly filesMaxCount: number;
}

/** Installed packages, where Python sees them. */
export interface SitePackages {
  readonly path: string;
  /** What `sys.prefix` says. */
  readonly prefix: string;
}

/** A top-level module that is not part of the snapshot: it is imported when a program asks for it. */
export interface UnbakedModule {
  readonly name: string;
  readonly reason: string;
}

/** What a worker is born with. */
export interface WorkerSetup {
  readonly mode: "build-snapshot" | "serve";
  readonly wasmModule: CompiledModule;
  readonly pyodideDirectory: string;
  readonly prelude: readonly PreludeModule[];
  readonly snapshot?: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly channels: Readonly<Record<string, MessagePort>>;
  readonly limits: WorkerLimits;
  /** Below these paths Python sees files of the host, if the embedder's worker provides them. */
  readonly mounts: readonly { readonly path: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly sitePackages?: SitePackages;
  /** For the worker that builds a snapshot: what it shall import into it, and where the files really are. */
  readonly bake?: { readonly directory: string; readonly modules: readonly string[] };
}

export type ToWorker<Request> = { readonly kind: "run"; readonly id: number; readonly request: Request };

export type FromWorker<Response> =
  | { readonly kind: "importing"; readonly module: string }
  | { readonly kind: "snapshot"; readonly bytes: Uint8Array; readonly unbaked: readonly UnbakedModule[] }
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly response: Response; readonly interrupted: boolean }
  | { readonly kind: "fatal"; readonly reason: string; readonly exitCode?: number };

/** A synchronous call of Python to a host channel. Messages that expect no answer have id 0. */
export interface CallMessage<Request> {
  readonly id: number;
  readonly request: Request;
}

export interface ReplyMessage<Reply> {
  readonly id: number;
  readonly reply: Reply;
}
