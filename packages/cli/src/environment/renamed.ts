import type { Env } from "./dotenv.ts";

/** Variables that once had no prefix; the new name is `INFLUXDB3_` and the old one. */
export const RENAMED = [
  "OBJECT_STORE_CONNECTION_LIMIT",
  "OBJECT_STORE_HTTP2_ONLY",
  "OBJECT_STORE_HTTP2_MAX_FRAME_SIZE",
  "OBJECT_STORE_REQUEST_TIMEOUT",
  "OBJECT_STORE_MAX_RETRIES",
  "OBJECT_STORE_RETRY_TIMEOUT",
  "OBJECT_STORE_CACHE_ENDPOINT",
  "OBJECT_STORE_TLS_ALLOW_INSECURE",
  "OBJECT_STORE_TLS_CA",
  "LOG_FILTER",
  "LOG_DESTINATION",
  "LOG_FORMAT",
  "TRACES_EXPORTER",
  "TRACES_EXPORTER_JAEGER_AGENT_HOST",
  "TRACES_EXPORTER_JAEGER_AGENT_PORT",
  "TRACES_EXPORTER_JAEGER_SERVICE_NAME",
  "TRACES_EXPORTER_JAEGER_TRACE_CONTEXT_HEADER_NAME",
  "TRACES_EXPORTER_JAEGER_DEBUG_NAME",
  "TRACES_EXPORTER_JAEGER_TAGS",
  "TRACES_JAEGER_MAX_MSGS_PER_SECOND",
] as const;

const OLD_THREADS = "INFLUXDB3_NUM_THREADS";
const NEW_THREADS = "INFLUXDB3_NUM_IO_THREADS";

function timestamp(wallClockUs: bigint): string {
  const iso = new Date(Number(wallClockUs / 1000n)).toISOString();
  return `${iso.slice(0, -1)}${String(wallClockUs % 1000n).padStart(3, "0")}Z`;
}

/** Copies old names to new ones and says so, one warning per variable. */
export function withRenamed(env: Env, wallClockUs: () => bigint): { env: Env; warnings: string[] } {
  const renamed: Env = { ...env };
  const warnings: string[] = [];
  const log = (text: string) =>
    warnings.push(`${timestamp(wallClockUs())}  WARN influxdb3::env_compat: ${text}`);
  for (const old of RENAMED) {
    const value = env[old];
    if (value === undefined) continue;
    const name = `INFLUXDB3_${old}`;
    if (env[name] !== undefined) {
      log(`both ${old} and ${name} are set; using ${name}, as ${old} is deprecated`);
    } else {
      renamed[name] = value;
      log(`environment variable ${old} is deprecated, use ${name} instead`);
    }
  }
  if (env[OLD_THREADS] !== undefined && env[NEW_THREADS] === undefined) {
    renamed[NEW_THREADS] = env[OLD_THREADS];
    warnings.push(`WARN: Use of deprecated environment variable ${OLD_THREADS}: replace with ${NEW_THREADS}`);
  }
  return { env: renamed, warnings };
}
