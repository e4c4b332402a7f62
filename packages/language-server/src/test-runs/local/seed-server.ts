import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { InfluxClient } from "@millrace/api/client";
import { nodeTransport } from "@millrace/api/node";
import type { SeedServer } from "@millrace/plugin-runtime";
import type { Environment } from "../../analysis/index.ts";
import { findServerProgram, isFile, makeTemporaryDirectory, readText } from "../files/index.ts";

export interface SeedServerOptions {
  readonly environment: Environment;
  readonly program: string | undefined;
  readonly folders: readonly string[];
}

const START_MAX_MS = 30_000;
const LOOK_AGAIN_MS = 30;
const NOT_FOUND =
  "The case queries, so it needs a database, which 'influxdb3' of Millrace would start: install it in the workspace " +
  "or on PATH, or give its script as serverProgram.";
/** It holds nothing, and must not outlive us, however we end. */
const RUN_WHILE_WE_DO =
  "process.stdin.resume().on('close', () => process.kill(process.pid, 'SIGKILL')); require(process.argv[1])";

/** A database in memory, in a process of its own: it is far bigger than all else here. */
export async function startSeedServer(options: SeedServerOptions): Promise<SeedServer> {
  const { environment, folders } = options;
  const program = await findServerProgram(options.program, folders, environment.env["PATH"]);
  if (program === undefined) throw new Error(NOT_FOUND);
  const directory = makeTemporaryDirectory();
  const addressFile = path.join(directory.path, "address");
  const child = spawn(process.execPath, ["-e", RUN_WHILE_WE_DO, program, ...serveArguments(addressFile)], {
    env: ownEnvironment(environment.env),
    cwd: directory.path,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", () => {});
  const close = async () => {
    child.kill("SIGKILL");
    directory.remove();
  };
  try {
    const address = await readAddress(child, addressFile, environment.nowMs);
    const transport = nodeTransport();
    const host = `http://${address}`;
    const client = (signal?: AbortSignal) =>
      new InfluxClient({ host, transport, ...(signal === undefined ? {} : { signal }) });
    return { client, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serveArguments(addressFile: string): string[] {
  return [
    ...["serve", "--node-id", "test-cases", "--object-store", "memory", "--http-bind", "127.0.0.1:0"],
    ...["--without-auth", "--log-filter", "off", "--tcp-listener-file-path", addressFile],
  ];
}

/** Options of the user's own server, such as its plugin directory, are not meant for this one. */
function ownEnvironment(env: Environment["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(INFLUXDB3_|MILLRACE_)/.test(name)));
}

async function readAddress(child: ChildProcess, file: string, nowMs: () => number): Promise<string> {
  const startedMs = nowMs();
  while (nowMs() - startedMs < START_MAX_MS) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    if (await isFile(file)) {
      const address = (await readText(file)).trim();
      if (address !== "") return address;
    }
    await pause(LOOK_AGAIN_MS);
  }
  throw new Error(
    "The database for the case's queries did not start. Run 'influxdb3 test plugin' to see why.",
  );
}
