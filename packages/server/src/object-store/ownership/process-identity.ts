import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process owns a directory, told so that another process can find out whether it still lives. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Where the pid means something: host, boot and pid namespace, as far as the platform tells. */
  readonly machine: string;
  /** Tells a process from a later one with the same pid; undefined where the platform does not say. */
  readonly startToken: string | undefined;
}

export interface Processes {
  self(): ProcessIdentity;
  exists(pid: number): boolean;
  startToken(pid: number): string | undefined;
}

export const systemProcesses: Processes = {
  self: () => ({
    pid: process.pid,
    machine: [hostname(), bootId(), pidNamespace()].join("/"),
    startToken: startToken(process.pid),
  }),
  exists(pid) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      // EPERM: it lives, and belongs to someone else.
      return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
    // A dead process keeps its number until its parent takes notice, which may be never.
    return !/^[ZX]$/.test(statOf(pid)?.[STATE] ?? "");
  },
  startToken,
};

function bootId(): string {
  return readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

function pidNamespace(): string {
  return readOr("", () => readlinkSync("/proc/self/ns/pid"));
}

/** Places in Linux's `/proc/<pid>/stat`, counted behind the command name. */
const STATE = 0;
const START_TICKS = 19;

function statOf(pid: number): string[] | undefined {
  return readOr(undefined, () => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name, in parentheses, may hold spaces: fields count from its end.
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  });
}

/** Linux counts the clock ticks from boot to the start of each process. */
function startToken(pid: number): string | undefined {
  return statOf(pid)?.[START_TICKS];
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
