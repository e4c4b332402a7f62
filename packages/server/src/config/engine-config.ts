import path from "node:path";
import type { EngineConfig, PackagesConfig, PluginLimitsConfig } from "./server-config.ts";
import type { Environment, Settings } from "./settings.ts";

export function engineConfig(settings: Settings, env: Environment, warnings: string[]): EngineConfig {
  const kinds = settings
    .list("restrict-plugin-triggers-to")
    .map((kind) => (kind === "wal_flush" ? "wal" : kind) as "wal" | "schedule" | "request");
  const given = settings.text("plugin-dir");
  const pluginDir = given === undefined ? undefined : path.resolve(given);
  return {
    pluginDir,
    pluginDirOnly: settings.flag("plugin-dir-only"),
    pluginRepo: settings.required("plugin-repo"),
    packages: packagesConfig(settings, env, pluginDir),
    allowedKinds: kinds.length === 0 ? undefined : new Set(kinds),
    interpreters: settings.count("plugin-interpreters"),
    asyncConcurrency: settings.count("async-trigger-concurrency-limit"),
    environment: pluginEnvironment(settings, env, warnings),
    network: settings.list("plugin-network"),
    queueBytes: settings.memoryBytes("plugin-queue-size"),
    cacheBytes: settings.memoryBytes("plugin-cache-size"),
    limits: limitsConfig(settings),
  };
}

function packagesConfig(settings: Settings, env: Environment, pluginDir: string | undefined): PackagesConfig {
  const location = settings.text("virtual-env-location");
  const own = pluginDir === undefined ? undefined : path.join(pluginDir, ".venv");
  return {
    installation: settings.choice("package-manager") !== "disabled",
    directory: location === undefined ? own : path.resolve(location),
    index: settings.text("package-index"),
    environment: installerEnvironment(env),
  };
}

/** Where pip and uv look for their settings and certificates. */
const INSTALLER_VARIABLE =
  /^(PIP_|UV_|SSL_CERT_|REQUESTS_CA_|XDG_CONFIG_|(HOME|APPDATA|USERPROFILE|PROGRAMDATA)$)/i;

function installerEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && INSTALLER_VARIABLE.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

function pluginEnvironment(settings: Settings, env: Environment, warnings: string[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of settings.list("plugin-env")) {
    const value = env[name];
    if (value !== undefined) environment[name] = value;
    else warnings.push(`--plugin-env names '${name}', which is not set in the server's environment`);
  }
  return environment;
}

/** What WebAssembly can address: a percentage of a large machine may be more. */
const MOST_HEAP_BYTES = 2 ** 32;

function limitsConfig(settings: Settings): PluginLimitsConfig {
  return {
    testTimeoutMs: settings.durationMs("plugin-test-timeout"),
    runTimeoutMs: settings.durationMs("plugin-run-timeout"),
    interpreter: {
      heapBytes: Math.min(settings.memoryBytes("plugin-memory"), MOST_HEAP_BYTES),
      stackBytes: settings.memoryBytes("plugin-stack-size"),
      filesBytes: settings.memoryBytes("plugin-files-size"),
      files: settings.count("plugin-max-files"),
    },
    spaceBytes: settings.memoryBytes("plugin-space-size"),
    run: {
      logLines: settings.count("plugin-max-log-lines"),
      writtenLines: settings.count("plugin-max-written-lines"),
      writtenBytes: settings.memoryBytes("plugin-max-written-size"),
      outputBytes: settings.memoryBytes("plugin-max-output"),
      hostCalls: settings.count("plugin-max-host-calls"),
      fileCalls: settings.count("plugin-max-file-calls"),
      networkCalls: settings.count("plugin-max-network-calls"),
    },
  };
}
