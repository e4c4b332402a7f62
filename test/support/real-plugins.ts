import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { saveWheels } from "../../packages/python-packages/test/support/wheels.ts";
import { influxdb3, repository } from "./cli.ts";
import { TOKENS, TRIGGERS } from "./contract.ts";
import { temporaryDirectory } from "./directories.ts";
import { query, type Session, send, sendJson } from "./http.ts";
import { startServer, type TestServer } from "./server.ts";
import type { Sink } from "./sink.ts";
import { waitFor } from "./wait.ts";

export const realPlugins = path.join(repository, "test", "fixtures", "plugins", "real");

export interface TriggerSpec {
  readonly name: string;
  readonly plugin: string;
  readonly when: string;
  readonly db?: string;
  readonly args?: Record<string, string>;
}

export interface RunReport {
  outcome: string;
  error: string | null;
  written_lines: number;
  events: { kind: string; message?: string }[];
}

/** A server with files for a store, the plugins of the fixtures and the packages that they import. */
export class PluginMill {
  readonly pluginDir = temporaryDirectory("real-plugins");
  readonly #dataDir = temporaryDirectory("real-plugins-data");
  readonly #wheels = temporaryDirectory("real-plugins-wheels");
  readonly #sink: Sink;
  #server: TestServer | undefined;
  #token: string | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get session(): Session {
    return { url: this.#server!.url, token: this.#token! };
  }

  /** The first start also makes the token and installs the packages. */
  async start(): Promise<void> {
    const first = this.#token === undefined;
    if (first) {
      cpSync(realPlugins, this.pluginDir, { recursive: true });
      await saveWheels(this.#wheels, [
        { name: "tinyunits", version: "1.2", files: sourceOf("tinyunits") },
        { name: "tinyrequests", version: "0.3", files: sourceOf("tinyrequests"), requires: ["tinyunits>=1"] },
      ]);
    }
    this.#server = await startServer({
      dataDir: this.#dataDir,
      pluginDir: this.pluginDir,
      args: [
        ...["--wal-flush-interval", "100ms", "--package-index", this.#wheels],
        ...["--plugin-network", this.#sink.address, "--plugin-env", "MILL_SITE"],
      ],
      env: { MILL_SITE: "north" },
    });
    if (first) {
      const created = await send({ url: this.#server.url }, "POST", `${TOKENS}/admin`);
      this.#token = (JSON.parse(created.text) as { token: string }).token;
    }
    // The address of a server that takes any free port is another one after each start.
    const { url, token } = this.session;
    writeFileSync(
      path.join(this.pluginDir, "notifications.toml"),
      [
        `url = "${url}/api/v3/engine/notify"`,
        `token = "${token}"`,
        `sink = "${this.#sink.url}/alerts"`,
        "backoff_seconds = 0.05",
        "",
      ].join("\n"),
    );
  }

  async install(...packages: string[]): Promise<void> {
    const { url, token } = this.session;
    const done = await influxdb3(["install", "package", ...packages, "--host", url, "--token", token!]);
    if (done.exitCode !== 0) throw new Error(done.stderr);
  }

  /** For the command line: with the server's picture of Python and its packages, which takes seconds to make. */
  cacheDirectory(): string {
    const caches = temporaryDirectory("real-plugins-cache");
    cpSync(path.join(this.#dataDir, "test", "python"), path.join(caches, "millrace", "python"), {
      recursive: true,
    });
    return caches;
  }

  async restart(): Promise<void> {
    const code = await this.#server!.stop();
    if (code !== 0) throw new Error(`exit code ${code}\n${this.#server!.output()}`);
    await this.start();
  }

  async close(): Promise<void> {
    await this.#server?.kill();
  }

  async write(lines: readonly string[], db = "sensors"): Promise<void> {
    const answer = await send(this.session, "POST", `/api/v3/write_lp?db=${db}`, lines.join("\n"));
    if (answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`);
  }

  async createTrigger({ name, plugin, when, db = "sensors", args }: TriggerSpec): Promise<void> {
    const answer = await sendJson(this.session, "POST", TRIGGERS, {
      ...{ db, plugin_filename: plugin, trigger_name: name, trigger_specification: when },
      ...{ trigger_arguments: args ?? null, disabled: false },
      trigger_settings: { run_async: false, error_behavior: "log" },
    });
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text}`);
  }

  async runTrigger(name: string, callTime: string): Promise<RunReport> {
    const body = { db: "sensors", trigger_name: name, call_time: callTime };
    const answer = await sendJson(this.session, "POST", "/api/millrace/v1/triggers/run", body);
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as RunReport;
  }

  async rows(sql: string, db = "sensors"): Promise<Record<string, unknown>[]> {
    return await query(this.session, db, sql);
  }

  /** Waits for the rows of a table that may not be there yet. */
  async untilRows(sql: string, expected: readonly Record<string, unknown>[]): Promise<void> {
    const wanted = JSON.stringify(expected);
    let found = "";
    const asExpected = async () => {
      found = JSON.stringify(await this.rows(sql).catch(({ message }: Error) => message));
      return found === wanted;
    };
    await waitFor(`the rows of ${sql}`, asExpected).catch(async () => {
      const logs = await this.rows("SELECT trigger_name, log_text FROM system.processing_engine_logs");
      const told = logs.map((row) => `${row["trigger_name"]}: ${row["log_text"]}`).join("\n");
      throw new Error(`${sql}\nshould give ${wanted}\nand gives   ${found}\n${told.slice(-4000)}`);
    });
  }

  /** Texts that a trigger logged, without what the engine adds. */
  async logs(trigger: string): Promise<string[]> {
    const rows = await this.rows(
      `SELECT log_level, log_text FROM system.processing_engine_logs WHERE trigger_name = '${trigger}'`,
    );
    return rows
      .map((row) => `${row["log_level"]} ${row["log_text"]}`)
      .filter((text) => !/ (starting|finished) execution/.test(text));
  }
}

/** The files of a Python package of the tests, as a wheel holds them. */
function sourceOf(name: string): Record<string, string> {
  const parent = path.join(repository, "test", "support", "python");
  const files = readdirSync(path.join(parent, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [path.relative(parent, file).split(path.sep).join("/"), readFileSync(file, "utf8")]),
  );
}
