import path from "node:path";
import type { Environment } from "../../analysis/index.ts";
import { installedPackages } from "./installed-packages.ts";
import { Sandbox, type SandboxPlace } from "./sandbox.ts";

/** People go back and forth between two directories; each Python holds some 100 MB. */
const WARM_MAX = 2;
const IDLE_MAX_MS = 10 * 60 * 1000;

/** Keeps the sandboxes that were used last, so that a second test need not wait for Python. */
export class Sandboxes {
  readonly #environment: Environment;
  /** The one that was used last comes last. */
  readonly #warm = new Map<string, Promise<Sandbox>>();
  #idle: NodeJS.Timeout | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async get(place: SandboxPlace): Promise<Sandbox> {
    this.#startIdleTimer();
    const directory = place.path === undefined ? undefined : path.dirname(place.path);
    const packages = directory === undefined ? undefined : await installedPackages(directory);
    const key = JSON.stringify([directory, packages?.fingerprint]);
    const sandbox = this.#warm.get(key) ?? Sandbox.open({ directory, packages }, this.#environment);
    this.#warm.delete(key);
    this.#warm.set(key, sandbox);
    for (const [other, opened] of this.#warm) {
      if (this.#warm.size <= WARM_MAX) break;
      this.#warm.delete(other);
      void close(opened);
    }
    try {
      return await sandbox;
    } catch (error) {
      this.#warm.delete(key);
      throw error;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const opened = [...this.#warm.values()];
    this.#warm.clear();
    await Promise.all(opened.map(close));
  }

  /** A test lasts no longer than this, or its owner has said so. */
  #startIdleTimer(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), IDLE_MAX_MS);
    this.#idle.unref();
  }
}

async function close(opened: Promise<Sandbox>): Promise<void> {
  await (await opened.catch(() => undefined))?.close();
}
