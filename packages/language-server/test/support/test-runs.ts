import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type {
  CancelTestsResult,
  ListTestsResult,
  RunTestsParams,
  RunTestsResult,
  TestEvent,
  TestProgress,
  TestResult,
} from "#src/protocol/index.js";
import { root } from "./plugins.ts";
import type { RunningServer } from "./server.ts";

/** The script that starts a real Millrace server. */
export const serverProgram = path.join(root, "packages/cli/bin/influxdb3.cjs");

/** Tests as an editor lists and runs them. */
export class TestClient {
  readonly #server: RunningServer;

  constructor(server: RunningServer) {
    this.#server = server;
  }

  list(uri?: string): Promise<ListTestsResult> {
    return this.#server.connection.sendRequest("millrace/listTests", uri === undefined ? {} : { uri });
  }

  run(params: RunTestsParams): Promise<RunTestsResult> {
    return this.#server.connection.sendRequest("millrace/runTests", params);
  }

  /** Runs one test and gives its result. */
  async runOne(
    test: RunTestsParams["tests"][number],
    more: Partial<RunTestsParams> = {},
  ): Promise<TestResult> {
    const { results } = await this.run({ ...more, tests: [test] });
    return results[0]!;
  }

  cancel(runId?: string): Promise<CancelTestsResult> {
    return this.#server.connection.sendRequest("millrace/cancelTests", runId === undefined ? {} : { runId });
  }

  connect(connection: { host: string; database?: string; token?: string } | null) {
    return this.#server.connection.sendRequest("millrace/setConnection", connection);
  }

  progress(runId: string): TestProgress[] {
    const all = this.#server.notifications("millrace/testProgress") as TestProgress[];
    return all.filter((it) => it.runId === runId);
  }

  events(runId: string): TestEvent[] {
    return this.progress(runId).flatMap((it) => (it.kind === "events" ? it.events : []));
  }

  waitForProgress(runId: string, matches: (progress: TestProgress) => boolean): Promise<TestProgress> {
    return this.#server.notification<TestProgress>(
      "millrace/testProgress",
      (it) => it.runId === runId && matches(it),
    );
  }

  /** Puts a file into the workspace and gives its URI. */
  write(name: string, text: string): string {
    const file = path.join(this.#server.workspace, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  }
}

/** A Millrace server with an empty plugin directory. */
export class RealServer {
  readonly host: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(host: string, child: ChildProcess, directory: string) {
    this.host = host;
    this.#child = child;
    this.#directory = directory;
  }

  static async start(): Promise<RealServer> {
    const directory = mkdtempSync(path.join(tmpdir(), "millrace-server-"));
    const plugins = path.join(directory, "plugins");
    mkdirSync(plugins);
    const addressFile = path.join(directory, "address");
    const options = [
      ...["--node-id", "node", "--object-store", "memory", "--http-bind", "127.0.0.1:0", "--without-auth"],
      ...["--plugin-dir", plugins, "--tcp-listener-file-path", addressFile, "--log-filter", "off"],
    ];
    const child = spawn(process.execPath, [serverProgram, "serve", ...options], { stdio: "ignore" });
    while (!existsSync(addressFile) || readFileSync(addressFile, "utf8") === "") {
      if (child.exitCode !== null) throw new Error("the server did not start: run `npm run build` first");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return new RealServer(`http://${readFileSync(addressFile, "utf8").trim()}`, child, directory);
  }

  async createDatabase(db: string): Promise<void> {
    await this.#post("/api/v3/configure/database", JSON.stringify({ db }));
  }

  async writeLines(db: string, lines: string): Promise<void> {
    await this.#post(`/api/v3/write_lp?db=${db}`, lines);
  }

  async stop(): Promise<void> {
    const over = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await over;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #post(route: string, body: string): Promise<void> {
    const answer = await fetch(this.host + route, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

/** A server that has only the original's routes, and answers its plugin tests with what a test says. */
export class OriginalServer {
  answer: unknown = {};
  /** Requests wait for it before they are answered. */
  gate: Promise<void> = Promise.resolve();
  readonly requests: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
  readonly #server = http.createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const route = incoming.url!.split("?")[0]!;
    if (!route.startsWith("/api/v3/plugin_test/")) {
      if (route === "/api/v3/query_sql") response.writeHead(200).end("[]");
      else response.writeHead(404).end("Not found");
      return;
    }
    this.requests.push({ path: route, body: JSON.parse(Buffer.concat(chunks).toString()) });
    await this.gate;
    response.writeHead(200).end(JSON.stringify(this.answer));
  });

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
