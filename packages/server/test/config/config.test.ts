import assert from "node:assert/strict";
import path from "node:path";
import {
  generatedNodeId,
  type OptionSpec,
  type OptionValue,
  type ServerConfig,
  serveOptions,
} from "@millrace/server/config";
import { build, failure, machine } from "./build.ts";

/** A value that differs from the default and is accepted, for each option. */
function sample(option: OptionSpec): string {
  const particular: Record<string, string> = {
    "node-id": "n7",
    "disable-authz": "health,ping",
    "tls-minimum-version": "tls-1.3",
    "gen1-duration": "5m",
    "max-concurrent-queries": "7",
    "parquet-mem-cache-prune-percentage": "0.5",
    "datafusion-config": "a:b",
    "restrict-plugin-triggers-to": "wal",
    "plugin-env": "HOME",
    "log-filter": "warn",
    "log-destination": "stderr",
    "log-format": "json",
  };
  const byType: Record<OptionSpec["type"], string> = {
    string: "text",
    boolean: "true",
    integer: "7",
    duration: "7s",
    memory: "70mb",
    list: "a,b",
    enum: option.choices?.at(1) ?? "",
    address: "127.0.0.1:1",
    url: "http://x/",
    count: "2",
  };
  return particular[option.name] ?? byType[option.type];
}

// These need other options beside them, or are refused always.
const ALONE_IMPOSSIBLE = new Set(["cluster-id", "node-id-from-env", "tls-key", "tls-cert"]);

describe("the option table", () => {
  it("has no name twice, among flags, aliases and environment variables", () => {
    const flags = serveOptions.flatMap((option) => [option.name, ...(option.aliases ?? [])]);
    assert.equal(new Set(flags).size, flags.length);
    const env = serveOptions.flatMap((option) => option.env ?? []);
    assert.equal(new Set(env).size, env.length);
  });

  for (const option of serveOptions.filter(({ name }) => !ALONE_IMPOSSIBLE.has(name))) {
    it(`--${option.name} is taken as a flag and from each of its variables`, () => {
      const value = sample(option);
      const expected = { ...JSON.parse(build({ [option.name]: value }).capturedParameters) };
      assert.ok(option.name in expected);
      for (const name of option.env ?? []) {
        assert.deepEqual(JSON.parse(build({}, { [name]: value }).capturedParameters), expected, name);
      }
      if (option.default !== undefined) build({ [option.name]: option.default });
    });
  }

  it("lets flags win over the environment, and older variables lose to newer ones", () => {
    const env = { INFLUXDB3_NODE_IDENTIFIER_PREFIX: "from-env", INFLUXDB3_NODE_ID: "second" };
    assert.equal(build({ "node-id": "from-flag" }, env).nodeId, "from-flag");
    assert.equal(build({}, env).nodeId, "from-env");
    assert.equal(build({}, { INFLUXDB3_NODE_ID: "second" }).nodeId, "second");
    assert.equal(build({}, { LOG_FORMAT: "json" }).log.format, "json");
    assert.equal(build({}, { LOG_FORMAT: "json", INFLUXDB3_LOG_FORMAT: "logfmt" }).log.format, "logfmt");
  });

  it("takes an empty variable as unset", () => {
    assert.equal(
      build({}, { INFLUXDB3_START_WITHOUT_AUTH: "", INFLUXDB3_HTTP_BIND_ADDR: "" }).auth.enabled,
      true,
    );
  });
});

describe("defaults", () => {
  it("are those of the reference page", () => {
    const config = build();
    assert.deepEqual({ ...config, auth: { ...config.auth, exempt: [...config.auth.exempt] } }, {
      nodeId: "box-node",
      nodeIdGenerated: true,
      store: { kind: "file", dataDir: path.join(machine.homeDirectory, ".influxdb") },
      http: {
        bind: { host: "0.0.0.0", port: 8181 },
        maxRequestBytes: 10_485_760,
        tls: undefined,
        addressFile: undefined,
      },
      auth: { enabled: true, exempt: [], adminTokenFile: undefined, recovery: undefined },
      limits: {
        maxDatabases: Number.POSITIVE_INFINITY,
        maxTables: Number.POSITIVE_INFINITY,
        maxColumns: Number.POSITIVE_INFINITY,
        maxTagColumns: Number.POSITIVE_INFINITY,
      },
      wal: {
        flushIntervalMs: 1000,
        maxBufferedWrites: 100_000,
        stagingBytes: 256 * 1024 * 1024,
        recover: false,
        flushesPerSnapshot: 600,
      },
      storage: {
        gen1DurationMs: 600_000,
        snapshotWalBytes: 128 * 2 ** 20,
        snapshotMemoryBytes: 500_000_000,
        snapshotConcurrency: 4,
        retentionCheckIntervalMs: 1_800_000,
        deleteGraceMs: 86_400_000,
        hardDeleteDefaultMs: 259_200_000,
      },
      query: {
        memoryBytes: 200_000_000,
        maxConcurrent: Number.POSITIVE_INFINITY,
        threads: 4,
        fileLimit: undefined,
        logSize: 1000,
      },
      engine: {
        pluginDir: undefined,
        pluginDirOnly: false,
        pluginRepo: "https://raw.githubusercontent.com/influxdata/influxdb3_plugins/main/",
        packages: { installation: true, directory: undefined, index: undefined, environment: {} },
        allowedKinds: undefined,
        interpreters: 8,
        asyncConcurrency: 4,
        environment: {},
        network: [],
        queueBytes: 67_108_864,
        cacheBytes: 67_108_864,
        limits: {
          testTimeoutMs: 10_000,
          runTimeoutMs: 60_000,
          interpreter: {
            heapBytes: 268_435_456,
            stackBytes: 67_108_864,
            filesBytes: 134_217_728,
            files: 20_000,
          },
          spaceBytes: 67_108_864,
          run: {
            logLines: 10_000,
            writtenLines: 100_000,
            writtenBytes: 67_108_864,
            outputBytes: 10_485_760,
            hostCalls: 50_000,
            fileCalls: 100_000,
            networkCalls: 50_000,
          },
        },
      },
      log: {
        filter: "info,iox_query::query_log=warn,influxdb3_query_executor::query_planner=warn",
        format: "full",
        destination: "stdout",
      },
      capturedParameters: "{}",
      warnings: [],
    } satisfies Record<keyof ServerConfig, unknown>);
  });

  it("cannot be changed afterwards", () => {
    const config = build();
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.http.bind));
  });
});

describe("values", () => {
  const set: [Record<string, OptionValue>, (config: ServerConfig) => unknown, unknown][] = [
    [{ "object-store": "MEMORY" }, (c) => c.store, { kind: "memory", throttled: false }],
    [{ "object-store": "memory-throttled" }, (c) => c.store, { kind: "memory", throttled: true }],
    [{ "data-dir": "/d" }, (c) => c.store, { kind: "file", dataDir: path.resolve("/d") }],
    [{ "http-bind": "[::1]:0" }, (c) => c.http.bind, { host: "::1", port: 0 }],
    [{ "http-bind": "localhost:80" }, (c) => c.http.bind, { host: "localhost", port: 80 }],
    [
      { limits: "core" },
      (c) => c.limits,
      { maxDatabases: 5, maxTables: 2000, maxColumns: 500, maxTagColumns: 4096 },
    ],
    [{ limits: "core", "max-tables": "3" }, (c) => [c.limits.maxDatabases, c.limits.maxTables], [5, 3]],
    [{ "max-databases": "0" }, (c) => c.limits.maxDatabases, 0],
    [{ "disable-authz": " health , ping" }, (c) => [...c.auth.exempt], ["health", "ping"]],
    [{ "without-auth": true }, (c) => c.auth.enabled, false],
    [
      { "restrict-plugin-triggers-to": ["wal_flush", "request"] },
      (c) => [...c.engine.allowedKinds!],
      ["wal", "request"],
    ],
    [{ "package-manager": "disabled" }, (c) => c.engine.packages.installation, false],
    [{ "plugin-dir": "/p" }, (c) => c.engine.packages.directory, path.resolve("/p/.venv")],
    [
      { "plugin-dir": "/p", "virtual-env-location": "/v" },
      (c) => c.engine.packages.directory,
      path.resolve("/v"),
    ],
    [{ "package-index": "/wheels" }, (c) => c.engine.packages.index, "/wheels"],
    [{ "plugin-dir-only": true }, (c) => c.engine.pluginDirOnly, true],
    [
      { "plugin-network": ["hooks.example:443", "*.metrics.example"] },
      (c) => c.engine.network,
      ["hooks.example:443", "*.metrics.example"],
    ],
    [{ "async-trigger-concurrency-limit": "2" }, (c) => c.engine.asyncConcurrency, 2],
    [{ "plugin-stack-size": "8mb" }, (c) => c.engine.limits.interpreter.stackBytes, 8_388_608],
    [{ "plugin-max-files": "9" }, (c) => c.engine.limits.interpreter.files, 9],
    [{ "plugin-space-size": "1mb" }, (c) => c.engine.limits.spaceBytes, 1_048_576],
    [{ "plugin-max-file-calls": "7" }, (c) => c.engine.limits.run.fileCalls, 7],
    [{ "exec-mem-pool-bytes": "10%" }, (c) => c.query.memoryBytes, 100_000_000],
    [{ "exec-mem-pool-bytes": "100" }, (c) => c.query.memoryBytes, 104_857_600],
    [{ "wal-flush-interval": "250ms" }, (c) => c.wal.flushIntervalMs, 250],
    [{ "max-concurrent-queries": "3" }, (c) => c.query.maxConcurrent, 3],
    [{ verbose: 1 }, (c) => c.log.filter, "info"],
    [
      { "tls-key": "k", "tls-cert": "c", "tls-minimum-version": "tls-1.3" },
      (c) => c.http.tls,
      { keyFile: "k", certificateFile: "c", minimumVersion: "TLSv1.3" },
    ],
    [
      { "admin-token-recovery-http-bind": "127.0.0.1:8182" },
      (c) => c.auth.recovery,
      { bind: { host: "127.0.0.1", port: 8182 }, addressFile: undefined },
    ],
    [{ "wal-recover": true }, (c) => c.wal.recover, true],
  ];
  for (const [values, read, expected] of set) {
    it(`${JSON.stringify(values)} gives ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(read(build(values)), expected);
    });
  }

  for (const text of ["true", "1", "YES", "on"]) {
    it(`of a switch may be '${text}' in the environment`, () => {
      assert.equal(build({}, { INFLUXDB3_START_WITHOUT_AUTH: text }).auth.enabled, false);
    });
  }
  for (const text of ["false", "0", "No", "OFF"]) {
    it(`of a switch may be '${text}' in the environment`, () => {
      assert.equal(build({}, { INFLUXDB3_START_WITHOUT_AUTH: text }).auth.enabled, true);
    });
  }

  it("of --plugin-env pass named variables on and warn about missing ones", () => {
    const config = build({ "plugin-env": "A,B" }, { A: "1", C: "3" });
    assert.deepEqual(config.engine.environment, { A: "1" });
    assert.match(config.warnings.join(), /'B'/);
  });

  it("hands the installers' variables to the package installation, and no others", () => {
    const { packages } = build(
      {},
      { PIP_NO_INDEX: "1", UV_INDEX_URL: "u", HOME: "/h", PASSWORD: "p" },
    ).engine;
    assert.deepEqual(packages.environment, { PIP_NO_INDEX: "1", UV_INDEX_URL: "u", HOME: "/h" });
  });

  it("keeps credentials of a package index to itself", () => {
    const { capturedParameters } = build({ "package-index": "https://ann:pw@index.example/simple" });
    assert.ok(!capturedParameters.includes("pw"), capturedParameters);
  });

  it("of secret options are masked where they are stored", () => {
    const config = build({ "aws-secret-access-key": "s3cret", "admin-token-file": "f", "data-dir": "/d" });
    assert.deepEqual(JSON.parse(config.capturedParameters), {
      "data-dir": "/d",
      "admin-token-file": "*******",
      "aws-secret-access-key": "*******",
    });
  });
});

describe("bad values", () => {
  const refused: [Record<string, OptionValue>, string][] = [
    [
      { "object-store": "disk" },
      "invalid value 'disk' for '--object-store <OBJECT_STORE>'\n  [possible values: memory, memory-throttled, file, s3, google, azure]",
    ],
    [
      { "http-bind": "8181" },
      "invalid value '8181' for '--http-bind <ADDR>': Cannot parse socket address '8181': invalid socket address",
    ],
    [
      { "http-bind": "a:99999" },
      "invalid value 'a:99999' for '--http-bind <ADDR>': Cannot parse socket address 'a:99999': invalid port value",
    ],
    [
      { "max-http-request-size": "x" },
      "invalid value 'x' for '--max-http-request-size <BYTES>': invalid digit found in string",
    ],
    [
      { "wal-flush-interval": "5" },
      "invalid value '5' for '--wal-flush-interval <WAL_FLUSH_INTERVAL>': time unit needed, for example 5sec or 5ms",
    ],
    [
      { "wal-flush-interval": "0s" },
      "invalid value '0s' for '--wal-flush-interval <WAL_FLUSH_INTERVAL>': must be greater than 0",
    ],
    [
      { "gen1-duration": "2m" },
      "invalid value '2m' for '--gen1-duration <GEN1_DURATION>': invalid gen1 duration 2m. Must be one of 1m, 5m, 10m",
    ],
    [
      { "exec-mem-pool-bytes": "101%" },
      "invalid value '101%' for '--exec-mem-pool-bytes <EXEC_MEM_POOL_BYTES>': failed to parse '101%' as a percentage of available memory: relative memory size must be in [0, 100] but is 101",
    ],
    [
      { "disable-authz": "x" },
      "invalid value 'x' for '--disable-authz <ROUTES>': invalid value passed in for --disable-authz, allowed values are health, ping, metrics, ready, pprof, and node_stop",
    ],
    [
      { "disable-authz": `${"health,".repeat(6)}health` },
      `invalid value '${"health,".repeat(6)}health' for '--disable-authz <ROUTES>': --disable-authz cannot take more than 6 items`,
    ],
    [
      { "snapshot-concurrency-limit": "0" },
      "invalid value '0' for '--snapshot-concurrency-limit <SNAPSHOT_CONCURRENCY_LIMIT>': snapshot concurrency limit must be greater than 0",
    ],
    [
      { "max-concurrent-queries": "0" },
      "invalid value '0' for '--max-concurrent-queries <N>': must be a positive integer, got 0",
    ],
    [
      { "parquet-mem-cache-prune-percentage": "1.5" },
      "invalid value '1.5' for '--parquet-mem-cache-prune-percentage <FRACTION>': prune percent must be between 0 and 1",
    ],
    [
      { "datafusion-config": "a" },
      "invalid value 'a' for '--datafusion-config <KEY:VALUE,…>': Invalid key value pair - expected 'KEY:VALUE' got 'a'",
    ],
    [
      { "datafusion-config": "a:1,a:2" },
      "invalid value 'a:1,a:2' for '--datafusion-config <KEY:VALUE,…>': key 'a' passed multiple times",
    ],
    [
      { "log-destination": "x" },
      "invalid value 'x' for '--log-destination <LOG_DESTINATION>': Invalid log destination 'x'. Valid options: stdout, stderr",
    ],
    [
      { "log-format": "x" },
      "invalid value 'x' for '--log-format <LOG_FORMAT>': Invalid log format 'x'. Valid options: full, pretty, json, logfmt",
    ],
    [
      { "tls-minimum-version": "tls-1.1" },
      "invalid value 'tls-1.1' for '--tls-minimum-version <TLS_MINIMUM_VERSION>': Valid minimum version strings are tls-1.2 and tls-1.3",
    ],
    [
      { "plugin-memory": "32mb" },
      "invalid value '32mb' for '--plugin-memory <PLUGIN_MEMORY>': must be between 64mb and 4096mb",
    ],
    [
      { "plugin-stack-size": "2gb" },
      "invalid value '2gb' for '--plugin-stack-size <PLUGIN_STACK_SIZE>': must be between 4mb and 1024mb",
    ],
    [
      { "aws-endpoint": "x" },
      "invalid value 'x' for '--aws-endpoint <AWS_ENDPOINT>': relative URL without a base",
    ],
  ];
  for (const [values, message] of refused) {
    it(`${JSON.stringify(values)} is a usage error`, () => {
      const error = failure(values);
      assert.equal(error.message, message);
      assert.equal(error.usage, true);
    });
  }

  it("from the environment are refused alike", () => {
    assert.match(failure({}, { INFLUXDB3_START_WITHOUT_AUTH: "maybe" }).message, /--without-auth/);
  });

  it("of the cluster id are explained", () => {
    assert.match(failure({ "cluster-id": "c" }).message, /Enterprise parameter[\s\S]*Remove --cluster-id/);
  });

  const failedStarts: [Record<string, OptionValue>, string][] = [
    [{ "tls-key": "k" }, "tls requires both a cert and a key file to be passed in to work"],
    [
      { "node-id-from-env": "NOPE" },
      "Must set INFLUXDB3_NODE_IDENTIFIER_PREFIX=NOPE to a valid env var value for the node id",
    ],
  ];
  for (const [values, message] of failedStarts) {
    it(`${JSON.stringify(values)} fails the start`, () => {
      const error = failure(values);
      assert.equal(error.message, message);
      assert.equal(error.usage, false);
    });
  }
});

describe("node ids", () => {
  it("come from the named variable", () => {
    const config = build({ "node-id-from-env": "WHO" }, { WHO: "me" });
    assert.equal(config.nodeId, "me");
    assert.equal(config.nodeIdGenerated, false);
  });

  for (const id of ["", "..", ".hidden", "a/b", "a\\b", "a\nb", "c:", "dot.", "x".repeat(201)]) {
    it(`'${id.slice(0, 20)}' are refused: they name a directory`, () => {
      assert.equal(failure({ "node-id": id }).usage, true);
      if (id !== "") assert.equal(failure({ "node-id-from-env": "WHO" }, { WHO: id }).usage, true);
    });
  }

  it("are made from the host name when nobody gives one", () => {
    assert.equal(generatedNodeId("box"), "box-node");
    assert.equal(generatedNodeId(""), "primary-node");
    assert.equal(generatedNodeId("my box/1"), "my-box-1-node");
    assert.equal(build({ "node-id": "box-node" }).nodeIdGenerated, true);
  });
});

describe("warnings", () => {
  it("tell of settings that do nothing or are retired", () => {
    const config = build(
      { "object-store": "memory", "data-dir": "/d", "without-auth": true, "package-manager": "disabled" },
      { INFLUXDB3_PARQUET_MEM_CACHE_SIZE_MB: "1" },
    );
    const text = config.warnings.join("\n");
    assert.match(text, /--data-dir \/ `INFLUXDB3_DB_DIR` ignored\. It only affects 'file' object stores/);
    assert.match(
      text,
      /server started without auth \(`--without-auth` switch\), all token creation and regeneration/,
    );
    assert.match(text, /^--package-manager is deprecated and will be removed in a future release\./m);
    assert.match(
      text,
      /^--package-manager disabled is deprecated and will be removed in a future release\./m,
    );
    assert.match(text, /use INFLUXDB3_PARQUET_MEM_CACHE_SIZE instead/);
  });
});
