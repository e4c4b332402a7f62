import { coreLimits, effectiveLogFilter, type Limits, unlimited } from "../foundation/index.ts";
import { capturedParameters } from "./captured-parameters.ts";
import { engineConfig } from "./engine-config.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { ConfigError } from "./option-spec.ts";
import type { ExemptRoute } from "./options/index.ts";
import type {
  AuthConfig,
  HttpConfig,
  LogConfig,
  QueryConfig,
  ServerConfig,
  StorageConfig,
  TlsConfig,
  WalConfig,
} from "./server-config.ts";
import { type Environment, type OptionValue, Settings } from "./settings.ts";
import { storeConfig } from "./store-config.ts";
import { invalidValue } from "./value.ts";

/**
 * Flags, then environment, then defaults become one frozen configuration.
 * Throws ConfigError; every option is docs/reference/configuration.md.
 */
export function buildServerConfig(
  values: Readonly<Record<string, OptionValue>>,
  env: Environment,
  machine: Machine = thisMachine(),
): ServerConfig {
  const settings = new Settings(values, env, machine.totalMemoryBytes);
  const warnings: string[] = [];
  const node = nodeIdentity(settings, env, machine);
  warnAboutRetired(settings, env, warnings);
  return deepFreeze({
    ...node,
    store: storeConfig(settings, machine, warnings),
    http: httpConfig(settings),
    auth: authConfig(settings, warnings),
    limits: limitsConfig(settings),
    wal: walConfig(settings),
    storage: storageConfig(settings, machine),
    query: queryConfig(settings, machine),
    engine: engineConfig(settings, env, warnings),
    log: logConfig(settings),
    capturedParameters: capturedParameters(settings.given()),
    warnings,
  });
}

function warnAboutRetired(settings: Settings, env: Environment, warnings: string[]): void {
  if (settings.source("package-manager") !== "default") {
    warnings.push(
      "--package-manager is deprecated and will be removed in a future release. Packages are always installed by the server itself.",
    );
    if (settings.choice("package-manager") === "disabled") {
      warnings.push(
        "--package-manager disabled is deprecated and will be removed in a future release. It still refuses to install packages.",
      );
    }
  }
  if (env["INFLUXDB3_PARQUET_MEM_CACHE_SIZE_MB"] !== undefined) {
    warnings.push(
      "detected deprecated/removed env var INFLUXDB3_PARQUET_MEM_CACHE_SIZE_MB, use INFLUXDB3_PARQUET_MEM_CACHE_SIZE instead, it is in MB or %",
    );
  }
}

/** The id a server has when nobody names it. */
export function generatedNodeId(hostname: string): string {
  // A host name has the form of a node id, but nothing enforces it.
  const usable = hostname.replace(/[^A-Za-z0-9._-]/g, "-").replace(/^\.+/, "");
  return usable === "" ? "primary-node" : `${usable}-node`;
}

function nodeIdentity(settings: Settings, env: Environment, machine: Machine) {
  const generated = generatedNodeId(machine.hostname);
  const variable = settings.text("node-id-from-env");
  let given = settings.text("node-id");
  if (variable !== undefined) {
    if (settings.source("node-id") === "flag") {
      throw new ConfigError(
        "the argument '--node-id <NODE_IDENTIFIER_PREFIX>' cannot be used with '--node-id-from-env <NODE_IDENTIFIER_FROM_ENV>'",
        true,
      );
    }
    given = env[variable];
    if (given === undefined || given === "") {
      throw new ConfigError(
        `Must set INFLUXDB3_NODE_IDENTIFIER_PREFIX=${variable} to a valid env var value for the node id`,
        false,
      );
    }
    const complaint = invalidValue(settings.option("node-id"), given);
    if (complaint !== undefined) throw new ConfigError(complaint, true);
  }
  return { nodeId: given ?? generated, nodeIdGenerated: given === undefined || given === generated };
}

function httpConfig(settings: Settings): HttpConfig {
  return {
    bind: settings.address("http-bind")!,
    maxRequestBytes: settings.count("max-http-request-size"),
    tls: tlsConfig(settings),
    addressFile: settings.text("tcp-listener-file-path"),
  };
}

function tlsConfig(settings: Settings): TlsConfig | undefined {
  const keyFile = settings.text("tls-key");
  const certificateFile = settings.text("tls-cert");
  if (keyFile === undefined && certificateFile === undefined) return undefined;
  if (keyFile === undefined || certificateFile === undefined) {
    throw new ConfigError("tls requires both a cert and a key file to be passed in to work", false);
  }
  const minimumVersion = settings.required("tls-minimum-version") === "tls-1.3" ? "TLSv1.3" : "TLSv1.2";
  return { keyFile, certificateFile, minimumVersion };
}

function authConfig(settings: Settings, warnings: string[]): AuthConfig {
  const enabled = !settings.flag("without-auth");
  if (!enabled) {
    warnings.push(
      "server started without auth (`--without-auth` switch), all token creation and regeneration of admin token endpoints are disabled",
    );
  }
  const bind = settings.address("admin-token-recovery-http-bind");
  const addressFile = settings.text("admin-token-recovery-tcp-listener-file-path");
  return {
    enabled,
    exempt: new Set(settings.list("disable-authz") as ExemptRoute[]),
    adminTokenFile: settings.text("admin-token-file"),
    recovery: bind && { bind, addressFile },
  };
}

function limitsConfig(settings: Settings): Limits {
  const base = settings.choice("limits") === "core" ? coreLimits : unlimited;
  return {
    maxDatabases: settings.integer("max-databases") ?? base.maxDatabases,
    maxTables: settings.integer("max-tables") ?? base.maxTables,
    maxColumns: settings.integer("max-columns") ?? base.maxColumns,
    maxTagColumns: base.maxTagColumns,
  };
}

function walConfig(settings: Settings): WalConfig {
  return {
    flushIntervalMs: settings.durationMs("wal-flush-interval"),
    maxBufferedWrites: settings.count("wal-max-write-buffer-size"),
    stagingBytes: settings.memoryBytes("wal-staging-size"),
    recover: settings.flag("wal-recover"),
    flushesPerSnapshot: settings.count("wal-snapshot-size"),
  };
}

function storageConfig(settings: Settings, machine: Machine): StorageConfig {
  return {
    gen1DurationMs: settings.durationMs("gen1-duration"),
    snapshotWalBytes: settings.memoryBytes("snapshot-wal-size"),
    snapshotMemoryBytes: settings.memoryBytes("force-snapshot-mem-threshold"),
    snapshotConcurrency: settings.integer("snapshot-concurrency-limit") ?? machine.cores,
    retentionCheckIntervalMs: settings.durationMs("retention-check-interval"),
    deleteGraceMs: settings.durationMs("delete-grace-period"),
    hardDeleteDefaultMs: settings.durationMs("hard-delete-default-duration"),
  };
}

function queryConfig(settings: Settings, machine: Machine): QueryConfig {
  const permits = settings.count("max-concurrent-queries");
  return {
    memoryBytes: settings.memoryBytes("exec-mem-pool-bytes"),
    maxConcurrent: Number.isSafeInteger(permits) ? permits : Number.POSITIVE_INFINITY,
    threads: settings.integer("num-datafusion-threads") ?? machine.cores,
    fileLimit: settings.integer("query-file-limit"),
    logSize: settings.count("query-log-size"),
  };
}

function logConfig(settings: Settings): LogConfig {
  return {
    filter: effectiveLogFilter(
      settings.required("log-filter"),
      settings.count("verbose"),
      !settings.flag("disable-log-filter-noise-reduction"),
    ),
    format: settings.required("log-format") as LogConfig["format"],
    destination: settings.required("log-destination") as LogConfig["destination"],
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null && !(member instanceof Set)) deepFreeze(member);
  }
  return Object.freeze(value);
}
