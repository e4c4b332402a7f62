import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type RandomBytes, systemReason } from "../foundation/index.ts";
import { DirectoryError, ensureDirectory } from "./directories.ts";
import { nodeFileSystem } from "./file-system.ts";
import type { Processes, ProcessIdentity } from "./ownership/index.ts";

export interface ScratchDirectoryOptions {
  /** What the name begins with: directories of ended processes with the same purpose are removed. */
  purpose: string;
  /** Where to make it: the first place that allows it. */
  parents: readonly string[];
  processes: Processes;
  random: RandomBytes;
}

/** A directory that nobody needs after this process; what a killed one left goes when the next one starts. */
export class ScratchDirectory {
  readonly path: string;
  readonly #onExit = () => this.remove();

  private constructor(directory: string) {
    this.path = directory;
    process.once("exit", this.#onExit);
  }

  static async create({
    purpose,
    parents,
    processes,
    random,
  }: ScratchDirectoryOptions): Promise<ScratchDirectory> {
    const nonce = Buffer.from(random(6)).toString("hex");
    const name = `millrace-${purpose}-${ownerName(processes.self())}-${nonce}`;
    let failure: unknown;
    for (const parent of parents) {
      try {
        await ensureDirectory(nodeFileSystem, parent);
        removeLeftovers(parent, purpose, processes);
        const directory = path.join(parent, name);
        mkdirSync(directory, { mode: 0o700 });
        return new ScratchDirectory(directory);
      } catch (error) {
        failure = error;
      }
    }
    const reason = failure instanceof DirectoryError ? failure.reason : systemReason(failure);
    throw new Error(`cannot create a temporary directory in "${parents.join('" or "')}": ${reason}`, {
      cause: failure,
    });
  }

  /** One inside another that goes with it at the latest. */
  static within(parent: string): ScratchDirectory {
    return new ScratchDirectory(mkdtempSync(path.join(parent, "part-")));
  }

  remove(): void {
    process.removeListener("exit", this.#onExit);
    try {
      rmSync(this.path, { recursive: true, force: true });
    } catch {
      // Left for the next process to remove.
    }
  }
}

/** The owner as a part of a file name: host, boot, pid namespace, pid and start, each of fixed form. */
function ownerName({ machine, pid, startToken }: ProcessIdentity): string {
  const [host = "", boot = "", namespace = ""] = machine.split("/");
  return [short(host), short(boot), short(namespace), pid, startToken ?? "0"].join("-");
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function removeLeftovers(parent: string, purpose: string, processes: Processes): void {
  const form = new RegExp(`^millrace-${purpose}-((?:[0-9a-f]{8}-){3})(\\d+)-(\\d+)-[0-9a-f]{12}$`);
  for (const name of readdirSync(parent)) {
    const [, place, pid, start] = form.exec(name) ?? [];
    if (place === undefined || !hasEnded(place.split("-"), Number(pid), start!, processes)) continue;
    try {
      rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // Another user's, or being removed by another process that starts.
    }
  }
}

/** Only when it is certain: a place may be shared with other machines and other containers. */
function hasEnded(place: readonly string[], pid: number, start: string, processes: Processes): boolean {
  const [host, boot, namespace] = ownerName(processes.self()).split("-");
  if (place[0] !== host) return false;
  if (place[1] !== boot) return true;
  if (place[2] !== namespace) return false;
  if (!processes.exists(pid)) return true;
  const token = processes.startToken(pid);
  return token !== undefined && token !== start;
}
