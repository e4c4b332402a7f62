import path from "node:path";
import type { Clock, RandomBytes } from "../../foundation/index.ts";
import { createFile, replaceFile } from "../durable-file.ts";
import { errorCode, type FileSystem } from "../file-system.ts";
import { type Heartbeat, type LockPlace, lockName, lockNumber } from "./lock-place.ts";

export interface FileLockPlaceOptions {
  /** The node's directory; it exists. */
  directory: string;
  fs: FileSystem;
  clock: Clock;
  random: RandomBytes;
}

/** Locks as files; a beat sets the time of the last change. */
export class FileLockPlace implements LockPlace {
  readonly name: string;
  readonly options = "--node-id or --data-dir";
  readonly heartbeat: Heartbeat = { intervalMs: 1_000, silenceMs: 10_000, watchMs: 250 };
  readonly #options: FileLockPlaceOptions;

  constructor(options: FileLockPlaceOptions) {
    this.#options = options;
    this.name = `data directory ${options.directory}`;
  }

  async numbers(): Promise<number[]> {
    const entries = await this.#options.fs.readDirectory(this.#options.directory);
    return entries.map((entry) => lockNumber(entry.name)).filter((number) => number !== undefined);
  }

  async create(number: number, content: Uint8Array): Promise<boolean> {
    // A new owner swept the directory and our temporary file with it.
    return (
      (await this.#orGone(createFile(this.#options.fs, this.fileOf(number), content, this.#nonce()))) ?? false
    );
  }

  async read(number: number): Promise<Uint8Array | undefined> {
    return await this.#orGone(this.#options.fs.readFile(this.fileOf(number)));
  }

  async replace(number: number, content: Uint8Array): Promise<void> {
    await replaceFile(this.#options.fs, this.fileOf(number), content, this.#nonce());
  }

  async remove(number: number): Promise<void> {
    await this.#orGone(this.#options.fs.unlink(this.fileOf(number)));
  }

  async beat(number: number): Promise<boolean> {
    const touched = this.#options.fs.touch(this.fileOf(number), this.#options.clock.nowMs()).then(() => true);
    return (await this.#orGone(touched)) ?? false;
  }

  async pulse(number: number): Promise<string | undefined> {
    const stats = await this.#orGone(this.#options.fs.stat(this.fileOf(number)));
    return stats && String(stats.modifiedMs);
  }

  fileOf(number: number): string {
    return path.join(this.#options.directory, lockName(number));
  }

  #nonce(): string {
    return Buffer.from(this.#options.random(6)).toString("hex");
  }

  async #orGone<T>(result: Promise<T>): Promise<T | undefined> {
    try {
      return await result;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}
