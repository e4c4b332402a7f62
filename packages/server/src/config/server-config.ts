import type { Limits, LogDestination, LogFormat } from "../foundation/index.ts";
import type { ExemptRoute } from "./options/index.ts";
import type { SocketAddress } from "./value.ts";

/** Everything the server needs to know to run; built once, frozen, and handed down in parts. */
export interface ServerConfig {
  readonly nodeId: string;
  /** Nobody chose the node id: say so. */
  readonly nodeIdGenerated: boolean;
  readonly store: StoreConfig;
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly limits: Limits;
  readonly wal: WalConfig;
  readonly storage: StorageConfig;
  readonly query: QueryConfig;
  readonly engine: EngineConfig;
  readonly log: LogConfig;
  /** What the user set, as a JSON object with secrets masked: `system.nodes.cli_params`. */
  readonly capturedParameters: string;
  /** To be logged once the logger runs. */
  readonly warnings: readonly string[];
}

export type StoreConfig =
  | { readonly kind: "memory"; readonly throttled: boolean }
  | { readonly kind: "file"; readonly dataDir: string }
  | S3Config;

/** A bucket of Amazon S3, or of a service that speaks its protocol. Plain data: worker threads get a copy. */
export interface S3Config {
  readonly kind: "s3";
  readonly bucket: string;
  /** Undefined: Amazon's own, by region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly credentials: S3Credentials;
  readonly connectionLimit: number;
  /** Of one attempt, to the last byte of its answer. */
  readonly requestTimeoutMs: number;
  readonly maxRetries: number;
  /** Of a request with all its attempts. */
  readonly retryTimeoutMs: number;
  readonly tlsCaFile: string | undefined;
  readonly tlsAllowInsecure: boolean;
  /** Where copies of data files lie while they are read; undefined: below the system's temporary directory. */
  readonly cacheDir: string | undefined;
  /** What the copies may take beyond those that are being read. */
  readonly cacheBytes: number;
}

export type S3Credentials =
  | {
      readonly kind: "keys";
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken: string | undefined;
    }
  | { readonly kind: "file"; readonly path: string }
  /** What the AWS tools of this machine use: environment, profile, container or instance role. */
  | { readonly kind: "ambient" }
  | { readonly kind: "anonymous" };

export interface HttpConfig {
  readonly bind: SocketAddress;
  readonly maxRequestBytes: number;
  readonly tls: TlsConfig | undefined;
  /** New file that receives `ip:port` once the server listens. */
  readonly addressFile: string | undefined;
}

export interface TlsConfig {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly minimumVersion: "TLSv1.2" | "TLSv1.3";
}

export interface AuthConfig {
  readonly enabled: boolean;
  /** Routes that need no token. */
  readonly exempt: ReadonlySet<ExemptRoute>;
  readonly adminTokenFile: string | undefined;
  readonly recovery: { readonly bind: SocketAddress; readonly addressFile: string | undefined } | undefined;
}

export interface WalConfig {
  readonly flushIntervalMs: number;
  readonly maxBufferedWrites: number;
  readonly stagingBytes: number;
  /** Start without the damaged part of the log. */
  readonly recover: boolean;
  readonly flushesPerSnapshot: number;
}

export interface StorageConfig {
  readonly gen1DurationMs: number;
  readonly snapshotWalBytes: number;
  readonly snapshotMemoryBytes: number;
  readonly snapshotConcurrency: number;
  readonly retentionCheckIntervalMs: number;
  readonly deleteGraceMs: number;
  readonly hardDeleteDefaultMs: number;
}

export interface QueryConfig {
  readonly memoryBytes: number;
  /** Infinity: no bound but the machine's. */
  readonly maxConcurrent: number;
  readonly threads: number;
  readonly fileLimit: number | undefined;
  readonly logSize: number;
}

export interface EngineConfig {
  /** Undefined: the engine is off. */
  readonly pluginDir: string | undefined;
  /** Files of plugins may not be changed over HTTP. */
  readonly pluginDirOnly: boolean;
  readonly pluginRepo: string;
  readonly packages: PackagesConfig;
  /** Trigger kinds that may be created; undefined: all. */
  readonly allowedKinds: ReadonlySet<"wal" | "schedule" | "request"> | undefined;
  readonly interpreters: number;
  /** Runs of one `run_async` trigger that may overlap. */
  readonly asyncConcurrency: number;
  /** What plugins see of the server's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where plugins may connect to, as given. */
  readonly network: readonly string[];
  /** Writes that may wait for one data-write trigger. */
  readonly queueBytes: number;
  /** Cached values that live in the server rather than in an interpreter. */
  readonly cacheBytes: number;
  readonly limits: PluginLimitsConfig;
}

export interface PackagesConfig {
  readonly installation: boolean;
  /** Directory of the installed packages; undefined: there is none, as there is no plugin directory. */
  readonly directory: string | undefined;
  /** URL or directory. Undefined: as the variables and files say that pip reads. */
  readonly index: string | undefined;
  /** The server's environment as far as Python's installers look at it. May hold credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What one interpreter, and one run in it, may use. */
export interface PluginLimitsConfig {
  readonly testTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly interpreter: {
    readonly heapBytes: number;
    readonly stackBytes: number;
    /** Files in its memory. */
    readonly filesBytes: number;
    readonly files: number;
  };
  /** Files that a trigger keeps on the host. */
  readonly spaceBytes: number;
  readonly run: {
    readonly logLines: number;
    readonly writtenLines: number;
    readonly writtenBytes: number;
    readonly outputBytes: number;
    readonly hostCalls: number;
    readonly fileCalls: number;
    readonly networkCalls: number;
  };
}

export interface LogConfig {
  readonly filter: string;
  readonly format: LogFormat;
  readonly destination: LogDestination;
}
