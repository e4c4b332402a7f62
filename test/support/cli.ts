import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
export const cliBin = path.join(repository, "packages", "cli", "bin", "influxdb3.cjs");

const COMMAND_DEADLINE_MS = 60_000;

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  env?: Record<string, string>;
  /** Text for standard input; without it stdin is closed at once. */
  input?: string;
  cwd?: string;
}

/** The environment of a user's shell, without anything of Millrace's in it. */
export function cleanEnvironment(): Record<string, string> {
  const own = /^(INFLUXDB3_|AWS_|MILLRACE_|NODE_OPTIONS$|VIRTUAL_ENV$|npm_)/;
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => !own.test(entry[0])),
  );
}

/** Runs `influxdb3` as a user's terminal does: a process of its own, real streams, a real exit code. */
export async function influxdb3(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [cliBin, ...args], {
    cwd: options.cwd ?? repository,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: COMMAND_DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === null) throw new Error(`influxdb3 ${args.join(" ")} ended by ${signal}\n${stdout}\n${stderr}`);
  return { exitCode: code, stdout, stderr };
}
