import path from "node:path";
import type { Machine } from "./machine.ts";
import { ConfigError } from "./option-spec.ts";
import type { S3Config, S3Credentials, StoreConfig } from "./server-config.ts";
import type { Settings } from "./settings.ts";

const MISSING_BUCKET: Record<string, string> = {
  s3: "Error configuring Amazon S3: Generic S3 error: Missing bucket name",
  google: "Error configuring GCS: Generic GCS error: Missing bucket name",
  azure: "Error configuring Microsoft Azure: Generic MicrosoftAzure error: Container name must be specified",
};

export function storeConfig(settings: Settings, machine: Machine, warnings: string[]): StoreConfig {
  const kind = settings.choice("object-store");
  const dataDir = settings.text("data-dir");
  if (kind === "file") return fileConfig(dataDir, machine);
  if (dataDir !== undefined) {
    warnings.push("--data-dir / `INFLUXDB3_DB_DIR` ignored. It only affects 'file' object stores");
  }
  if (kind === "memory" || kind === "memory-throttled") {
    return { kind: "memory", throttled: kind === "memory-throttled" };
  }
  const bucket = settings.text("bucket") || undefined;
  if (bucket === undefined) throw refused(MISSING_BUCKET[kind]!);
  if (kind === "s3") return s3Config(settings, bucket, warnings);
  throw refused(`this version keeps data in '--object-store file', 'memory' or 's3', not yet in '${kind}'`);
}

function refused(reason: string): ConfigError {
  return new ConfigError(`Cannot parse object store config: ${reason}`, false);
}

function fileConfig(dataDir: string | undefined, machine: Machine): StoreConfig {
  const directory = dataDir ?? (machine.homeDirectory && path.join(machine.homeDirectory, ".influxdb"));
  if (directory === undefined) {
    throw new ConfigError(
      "Specified 'File' for the object store; required configuration missing for data-dir",
      false,
    );
  }
  return { kind: "file", dataDir: path.resolve(directory) };
}

function s3Config(settings: Settings, bucket: string, warnings: string[]): S3Config {
  for (const name of ["object-store-http2-only", "object-store-http2-max-frame-size"]) {
    if (settings.source(name) !== "default") warnings.push(`--${name} ignored. S3 is spoken over HTTP/1.1`);
  }
  if (settings.source("object-store-cache-endpoint") !== "default") {
    warnings.push("--object-store-cache-endpoint ignored. Data files are cached in --object-store-cache-dir");
  }
  const cacheDir = settings.text("object-store-cache-dir");
  return {
    kind: "s3",
    bucket,
    endpoint: s3Endpoint(settings),
    region: settings.required("aws-default-region"),
    credentials: s3Credentials(settings),
    connectionLimit: settings.count("object-store-connection-limit"),
    requestTimeoutMs: settings.durationMs("object-store-request-timeout"),
    maxRetries: settings.count("object-store-max-retries"),
    retryTimeoutMs: settings.durationMs("object-store-retry-timeout"),
    tlsCaFile: settings.text("object-store-tls-ca"),
    tlsAllowInsecure: settings.flag("object-store-tls-allow-insecure"),
    cacheDir: cacheDir === undefined ? undefined : path.resolve(cacheDir),
    cacheBytes: settings.flag("disable-parquet-mem-cache")
      ? 0
      : settings.memoryBytes("parquet-mem-cache-size"),
  };
}

function s3Endpoint(settings: Settings): string | undefined {
  const text = settings.text("aws-endpoint");
  if (text === undefined) return undefined;
  const endpoint = text.replace(/\/$/, "");
  const { protocol } = new URL(endpoint);
  if (protocol === "http:" && !settings.flag("aws-allow-http")) {
    throw refused(
      `--aws-endpoint '${endpoint}' sends data and signatures unencrypted. Use an https:// address, or accept it with --aws-allow-http`,
    );
  }
  if (protocol !== "http:" && protocol !== "https:") {
    throw refused(`--aws-endpoint '${endpoint}' is not an http:// or https:// address`);
  }
  return endpoint;
}

/** The order of precedence is docs/guides/object-stores.md, "Credentials". */
function s3Credentials(settings: Settings): S3Credentials {
  if (settings.flag("aws-skip-signature")) return { kind: "anonymous" };
  const file = settings.text("aws-credentials-file");
  if (file) return { kind: "file", path: path.resolve(file) };
  const accessKeyId = settings.text("aws-access-key-id") || undefined;
  const secretAccessKey = settings.text("aws-secret-access-key") || undefined;
  if (accessKeyId === undefined && secretAccessKey === undefined) return { kind: "ambient" };
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const [given, missing] =
      accessKeyId === undefined
        ? ["secret-access-key", "access-key-id"]
        : ["access-key-id", "secret-access-key"];
    throw refused(
      `--aws-${given} is set, but --aws-${missing} is not. Give both, or neither to use the credentials of this machine`,
    );
  }
  const sessionToken = settings.text("aws-session-token") || undefined;
  return { kind: "keys", accessKeyId, secretAccessKey, sessionToken };
}
