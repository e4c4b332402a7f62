import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { cleanEnvironment, cliBin, repository } from "./cli.ts";
import { temporaryDirectory } from "./directories.ts";
import { waitFor } from "./wait.ts";

export interface ServerOptions {
  /** Omitted: the memory store. */
  dataDir?: string;
  /** Instead of either: the options that name another store. */
  store?: readonly string[];
  pluginDir?: string;
  withoutAuth?: boolean;
  args?: readonly string[];
  env?: Record<string, string>;
}

/** A real `influxdb3 serve` process. */
export interface TestServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: no chance to clean up. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const addressFile = path.join(temporaryDirectory("address"), "address");
  rmSync(addressFile, { force: true });
  const store =
    options.store ??
    (options.dataDir === undefined
      ? ["--object-store", "memory"]
      : ["--object-store", "file", "--data-dir", options.dataDir]);
  const args = [
    ...["serve", "--node-id", "test", ...store],
    ...["--http-bind", "127.0.0.1:0", "--tcp-listener-file-path", addressFile],
    ...(options.pluginDir === undefined ? [] : ["--plugin-dir", options.pluginDir]),
    ...(options.withoutAuth === true ? ["--without-auth"] : []),
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, [cliBin, ...args], {
    cwd: repository,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const address = await waitFor("the server to listen", () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended:\n${output}`);
    const text = existsSync(addressFile) ? readFileSync(addressFile, "utf8").trim() : "";
    return text === "" ? undefined : text;
  });
  return {
    url: `http://${address}`,
    process: child,
    output: () => output,
    async stop() {
      await end(child, "SIGTERM");
      return child.exitCode;
    },
    kill: () => end(child, "SIGKILL"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
