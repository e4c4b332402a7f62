import type {
  FileCall,
  FileReply,
  LogLine,
  NetworkCall,
  NetworkReply,
  PluginEvent,
  QueryLink,
} from "../protocol/index.ts";

/** Where a run belongs, as far as the host needs to know when it answers a call of it. */
export interface RunContext {
  readonly runId: string;
  readonly database: string;
  readonly trigger?: string;
  readonly cacheNamespace: string;
  readonly test: boolean;
  /** Whether the run may use the network as far as the host's policy goes. */
  readonly network: boolean;
  /** See `RunRequest.files`. */
  readonly files?: ReadonlyMap<string, string>;
}

/** Files of the host as the runs of an interpreter may see them. */
export interface FileService {
  /** Absolute directories, as Python sees them, below which calls are sent to the host. */
  readonly mounts: readonly string[];
  /** Never rejects: what cannot be done is a reply. */
  answer(context: RunContext, call: FileCall): Promise<FileReply>;
}

/** The sockets of one interpreter. */
export interface NetworkService {
  /** Never rejects: what cannot be done is a reply. */
  answer(context: RunContext, call: NetworkCall): Promise<NetworkReply>;
  /** Ends every connection; called when the interpreter ends. */
  close(): void;
}

/** A cache outside of the interpreters. Values are pickled Python objects. */
export interface GlobalCache {
  get(context: RunContext, key: string): Uint8Array | undefined;
  put(context: RunContext, key: string, value: Uint8Array, ttlMs: number | null): void;
  delete(context: RunContext, key: string): boolean;
}

/** What the embedder (server, command line, language server) does for plugins. */
export interface PluginHost {
  /** Called as each line is written, so that it is seen even when the run has to be killed. */
  log(context: RunContext, line: LogLine): void;
  /** Called as each line is printed. Absent: events tell of it, nothing else. */
  print?(context: RunContext, text: string): void;
  /** Called with all that a run tells of, as it happens; files that it changed are told at its end. */
  event?(context: RunContext, event: PluginEvent): void;
  /** Writes now. Gives the text of the error that the plugin shall see, or undefined when it was written. */
  writeSync(
    context: RunContext,
    database: string,
    lineProtocol: string,
    noSync: boolean,
  ): Promise<string | undefined>;
  /** Shared by all runs. */
  readonly globalCache: GlobalCache;
  /** The local caches of runs that ask for `cache: "host"`, apart by `cacheNamespace`. Absent: they get an error. */
  readonly localCache?: GlobalCache;
  /** Takes the line on which a new interpreter will ask its queries; it closes when the interpreter ends. */
  connectQueries(link: QueryLink): void;
  /** Absent: Python sees its own memory files only. */
  readonly files?: FileService;
  /** Makes the network of a new interpreter. Absent: every connection is refused. */
  openNetwork?(): NetworkService;
}
