import assert from "node:assert/strict";
import type { Io } from "@millrace/cli";
import { runCli } from "./support/run-cli.ts";

type LoadServer = NonNullable<NonNullable<Parameters<typeof runCli>[1]>["loadServer"]>;
type ServerModule = Awaited<ReturnType<LoadServer>>;
type Config = Parameters<ServerModule["startServer"]>[0];

/** Stands in for the database: remembers its configuration and ends when told to. */
class FakeDatabase {
  configs: Config[] = [];
  reasons: (string | undefined)[] = [];
  /** Ends right after the start, so that a test does not have to. */
  endsByItself = true;
  failStart: Error | undefined;
  failLater: Error | undefined;
  #end: () => void = () => {};

  readonly load: LoadServer = async () => ({
    startServer: async (config) => {
      this.configs.push(config);
      if (this.failStart !== undefined) throw this.failStart;
      const closed = new Promise<void>((resolve, reject) => {
        this.#end = resolve;
        if (this.failLater !== undefined) reject(this.failLater);
        else if (this.endsByItself) resolve();
      });
      return {
        address: "127.0.0.1:0",
        closed,
        close: async (reason) => {
          this.reasons.push(reason);
          this.#end();
        },
      };
    },
  });
}

let database: FakeDatabase;
beforeEach(() => {
  database = new FakeDatabase();
});
const serve = (argv: string[], env: Record<string, string> = {}, signals?: Io["signals"]) =>
  runCli(argv, { env, loadServer: database.load, ...(signals === undefined ? {} : { signals }) });

describe("serve", () => {
  it("builds the server's configuration from flags over variables", async () => {
    const env = { INFLUXDB3_NODE_IDENTIFIER_PREFIX: "from-env", INFLUXDB3_HTTP_BIND_ADDR: "127.0.0.1:1" };
    const argv = ["serve", "--node-id", "n1", "--object-store", "Memory", "--wal-flush-interval=100ms"];
    const result = await serve([...argv, "--without-auth", "-vv"], env);
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, "", ""]);
    const config = database.configs[0]!;
    assert.equal(config.nodeId, "n1");
    assert.equal(config.store.kind, "memory");
    assert.equal(config.wal.flushIntervalMs, 100);
    assert.equal(config.auth.enabled, false);
    assert.deepEqual(config.http.bind, { host: "127.0.0.1", port: 1 });
  });

  it("takes older names of the node id", async () => {
    for (const flag of ["--host-id", "--writer-id", "--node-id"]) {
      await serve(["serve", flag, "w1", "--object-store=memory"]);
      assert.equal(database.configs.at(-1)!.nodeId, "w1");
    }
  });

  it("makes up a node id and says so", async () => {
    const result = await serve(["serve", "--object-store", "memory"]);
    const { nodeId } = database.configs[0]!;
    assert.match(nodeId, /-node$/);
    assert.equal(
      result.stderr,
      `Using auto-generated node id: ${nodeId}. For production deployments, explicitly set --node-id\n`,
    );
  });

  it("starts without a command, with or without options", async () => {
    await serve([], { HOME: "/home/somebody" });
    assert.equal(database.configs[0]!.store.kind, "file");
    await serve(["--object-store", "memory", "--node-id", "q"]);
    assert.deepEqual([database.configs[1]!.store.kind, database.configs[1]!.nodeId], ["memory", "q"]);
    await serve(["--num-io-threads", "3", "serve", "--object-store", "memory", "--node-id", "r"]);
    assert.equal(database.configs[2]!.nodeId, "r");
  });

  it("knows a flag whose value may be left out", async () => {
    for (const [flag, bind] of [
      [["--admin-token-recovery-http-bind"], { host: "127.0.0.1", port: 8182 }],
      [["--admin-token-recovery-http-bind", "127.0.0.1:9"], { host: "127.0.0.1", port: 9 }],
      [["--admin-token-recovery-http-bind=[::1]:9"], { host: "::1", port: 9 }],
    ] as const) {
      await serve(["serve", "--object-store", "memory", ...flag, "--node-id", "n"]);
      assert.deepEqual(database.configs.at(-1)!.auth.recovery?.bind, bind);
    }
  });

  it("refuses what it does not understand with exit code 2", async () => {
    for (const [argv, first] of [
      [["--object-store", "tape"], "error: invalid value 'tape' for '--object-store "],
      [["--gen1-duration", "3m"], "error: invalid value '3m' for '--gen1-duration <"],
      [
        ["--http-bind", "nowhere"],
        "error: invalid value 'nowhere' for '--http-bind <ADDR>': Cannot parse socket",
      ],
      [
        ["--max-http-request-size", "10mb"],
        "error: invalid value '10mb' for '--max-http-request-size <BYTES>'",
      ],
      [
        ["--disable-authz", "all"],
        "error: invalid value 'all' for '--disable-authz <ROUTES>': invalid value passed",
      ],
      [["--nodeid", "x"], "error: unexpected argument '--nodeid' found"],
      [["--node-id"], "error: a value is required for '--node-id <"],
      [["word"], "error: unexpected argument 'word' found"],
      [["--node-id", "a", "--node-id", "b"], "error: the argument '--node-id <"],
      [["--cluster-id", "x"], "error: invalid value 'x' for '--cluster-id <"],
    ] as const) {
      const result = await serve(["serve", ...argv]);
      assert.equal(result.code, 2, result.stderr);
      assert.ok(result.stderr.startsWith(first), result.stderr);
      assert.ok(result.stderr.endsWith("\n\nFor more information, try '--help'.\n"), result.stderr);
    }
    const viaEnv = await serve(["serve"], { INFLUXDB3_GEN1_DURATION: "3m" });
    assert.equal(viaEnv.code, 2);
    assert.equal(database.configs.length, 0);
  });

  it("reports a configuration that cannot start, and a start that failed, with its exit code", async () => {
    const bucket = await serve(["serve", "--node-id-from-env", "NOBODY_SET_THIS"]);
    assert.equal(bucket.code, 1);
    assert.equal(
      bucket.stderr,
      "Serve command failed: Must set INFLUXDB3_NODE_IDENTIFIER_PREFIX=NOBODY_SET_THIS to a valid env var value for the node id\n",
    );
    database.failStart = new Error("Failed to bind address 0.0.0.0:8181: in use");
    const start = await serve(["serve", "--node-id", "n", "--object-store", "memory"]);
    assert.deepEqual(
      [start.code, start.stderr],
      [1, "Serve command failed: Failed to bind address 0.0.0.0:8181: in use\n"],
    );
    database = new FakeDatabase();
    database.failStart = Object.assign(new Error("the log is damaged"), { exitCode: 3 });
    const damaged = await serve(["serve", "--node-id", "n", "--object-store", "memory"]);
    assert.deepEqual([damaged.code, damaged.stderr], [3, "Serve command failed: the log is damaged\n"]);
    database = new FakeDatabase();
    database.failLater = new Error("lost backend");
    const later = await serve(["serve", "--node-id", "n", "--object-store", "memory"]);
    assert.deepEqual([later.code, later.stderr], [1, "Serve command failed: lost backend\n"]);
  });

  it("ends cleanly at the first signal and at once at the second", async () => {
    database.endsByItself = false;
    let aborted = 0;
    let signal: ((name: "SIGINT" | "SIGTERM") => void) | undefined;
    const listening = new Promise<void>((resolve) => {
      const signals: Io["signals"] = {
        listen(onSignal) {
          signal = onSignal;
          resolve();
          return () => {
            signal = undefined;
          };
        },
        abort: () => {
          aborted++;
        },
      };
      void serve(["serve", "--node-id", "n", "--object-store", "memory"], {}, signals).then((result) => {
        assert.equal(result.code, 0);
        finished();
      });
    });
    let finished = () => {};
    const done = new Promise<void>((resolve) => {
      finished = resolve;
    });
    await listening;
    signal!("SIGTERM");
    signal!("SIGINT");
    await done;
    assert.deepEqual([database.reasons, aborted, signal], [["Received SIGTERM"], 1, undefined]);
  });

  it("--help lists its options by section, --help-all also the hidden ones", async () => {
    const help = await serve(["serve", "--help"]);
    assert.equal(help.code, 0);
    for (const text of [
      "--node-id",
      "--object-store",
      "--http-bind",
      "--plugin-dir",
      "--wal-flush-interval",
    ]) {
      assert.ok(help.stdout.includes(text), text);
    }
    assert.ok(!help.stdout.includes("--tcp-listener-file-path"));
    const long = await serve(["serve", "--help-all"]);
    assert.ok(long.stdout.includes("--tcp-listener-file-path"));
  });
});
