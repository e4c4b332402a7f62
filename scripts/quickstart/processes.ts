import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const READY_DEADLINE_MS = 60_000;
const COMMAND_DEADLINE_MS = 60_000;

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the product's own command line, as a user's terminal would. */
export async function runCli(
  bin: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: COMMAND_DEADLINE_MS,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { exitCode: code ?? 1, stdout, stderr };
}

export interface ServerProcess {
  url: string;
  process: ChildProcess;
  stop(): Promise<number>;
}

export interface ServerPaths {
  bin: string;
  dataDir: string;
  pluginDir: string;
  logFile: string;
}

/** Starts `influxdb3 serve` and waits until it listens. */
export async function startServer(paths: ServerPaths, preferredPort: number): Promise<ServerProcess> {
  const port = (await isFree(preferredPort)) ? preferredPort : 0;
  const addressFile = path.join(path.dirname(paths.logFile), `listening-${process.pid}`);
  rmSync(addressFile, { force: true });
  const child = spawn(
    process.execPath,
    [
      paths.bin,
      "serve",
      ...["--node-id", "quickstart"],
      ...["--object-store", "file", "--data-dir", paths.dataDir],
      ...["--plugin-dir", paths.pluginDir],
      ...["--http-bind", `127.0.0.1:${port}`],
      ...["--tcp-listener-file-path", addressFile],
    ],
    { stdio: ["ignore", "pipe", "pipe"], detached: false },
  );
  const log = createWriteStream(paths.logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const deadlineMs = Date.now() + READY_DEADLINE_MS;
  while (!existsSync(addressFile) || readFileSync(addressFile, "utf8").trim() === "") {
    if (child.exitCode !== null || Date.now() > deadlineMs) {
      child.kill("SIGKILL");
      throw new Error(startFailure(readFileSync(paths.logFile, "utf8").trim()));
    }
    await delay(50);
  }
  const address = readFileSync(addressFile, "utf8").trim();
  rmSync(addressFile, { force: true });
  return {
    url: `http://${address}`,
    process: child,
    async stop() {
      if (child.exitCode === null) {
        const exited = once(child, "exit");
        child.kill("SIGTERM");
        await exited;
      }
      return child.exitCode ?? 1;
    },
  };
}

function startFailure(log: string): string {
  if (/is in use by|uses it|another server/i.test(log))
    return "a quick start is running already: press q there, or use it";
  return `the server did not start:\n${log}`;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
