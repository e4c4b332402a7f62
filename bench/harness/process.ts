import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const READY_DEADLINE_MS = 30_000;
const CALM_MS = 250;
const CALM_TURNS = 4;
/** Less than this in one turn is timers only. */
const CALM_CPU_SECONDS = 0.015;
const CALM_DEADLINE_MS = 120_000;
/** What /proc counts processor time in; fixed for user space on Linux. */
const TICKS_PER_SECOND = 100;

export interface RunningProcess {
  readonly child: ChildProcess;
  /** Seconds of processor time so far, user and system, all threads. */
  cpuSeconds(): number;
  residentBytes(): number;
  stop(): Promise<void>;
}

export function launch(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): RunningProcess {
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let complaints = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  child.once("exit", (code) => {
    if (code !== null && code !== 0) process.stderr.write(`${command} ended with ${code}:\n${complaints}\n`);
  });
  return {
    child,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    residentBytes() {
      return (
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) * 1024
      );
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Waits until the process hardly works any more. */
export async function untilCalm(process: RunningProcess): Promise<void> {
  const end = Date.now() + CALM_DEADLINE_MS;
  let before = process.cpuSeconds();
  for (let calm = 0; calm < CALM_TURNS; ) {
    if (Date.now() > end) throw new Error(`process ${process.child.pid} does not come to rest`);
    await delay(CALM_MS);
    const now = process.cpuSeconds();
    calm = now - before < CALM_CPU_SECONDS ? calm + 1 : 0;
    before = now;
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** Polls a URL until it gives any HTTP answer. */
export async function untilAnswers(url: string): Promise<void> {
  const end = Date.now() + READY_DEADLINE_MS;
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`${url} did not answer`, { cause: error });
      await delay(50);
    }
  }
}
