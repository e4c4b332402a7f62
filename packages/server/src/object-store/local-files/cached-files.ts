import path from "node:path";
import { type Clock, systemReason } from "../../foundation/index.ts";
import { removeQuietly } from "../durable-file.ts";
import { errorCode, type FileSystem, type OpenFile } from "../file-system.ts";
import type { RangeReader } from "../types.ts";
import type { AcquiredFiles, LocalFiles } from "./local-files.ts";
import { Slots } from "./slots.ts";

export interface CachedFilesOptions {
  /** Exists, is empty, and belongs to this cache alone. */
  directory: string;
  /** What the files may take that nobody is reading. */
  boundBytes: number;
  store: RangeReader;
  fs: FileSystem;
  clock: Clock;
}

export interface CacheStats {
  readonly files: number;
  readonly sizeBytes: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly downloadedBytes: number;
  readonly downloadMs: number;
}

interface Entry {
  readonly path: string;
  sizeBytes: number;
  users: number;
  /** Rejects when the object cannot be had; then the entry is out of the cache already. */
  ready: Promise<void>;
}

const PIECE_BYTES = 8 * 1024 * 1024;
const PARALLEL_DOWNLOADS = 8;

/**
 * Local copies of objects. The least recently used go when the bound is passed; those that are being read never do,
 * so a query that needs more than the bound still runs, and its files go afterwards.
 */
export class CachedFiles implements LocalFiles {
  readonly directories: readonly string[];
  readonly #options: CachedFilesOptions;
  /** By key, the least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #slots = new Slots(PARALLEL_DOWNLOADS);
  #names = 0;
  #sizeBytes = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;
  #downloadedBytes = 0;
  #downloadMs = 0;

  constructor(options: CachedFilesOptions) {
    this.#options = options;
    this.directories = [options.directory];
  }

  get stats(): CacheStats {
    return {
      files: this.#entries.size,
      sizeBytes: this.#sizeBytes,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      downloadedBytes: this.#downloadedBytes,
      downloadMs: this.#downloadMs,
    };
  }

  async acquire(keys: readonly string[]): Promise<AcquiredFiles> {
    const entries = keys.map((key) => this.#use(key));
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      for (const entry of entries) entry.users--;
      this.#trim(this.#options.boundBytes);
    };
    // All of them, so that no download is under way whose entry nobody uses.
    const outcomes = await Promise.allSettled(entries.map((entry) => entry.ready));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) {
      release();
      throw failed.reason;
    }
    return { paths: entries.map((entry) => entry.path), release };
  }

  #use(key: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#misses++;
      entry = this.#fetch(key);
    } else {
      this.#hits++;
      this.#entries.delete(key);
    }
    this.#entries.set(key, entry);
    entry.users++;
    return entry;
  }

  #fetch(key: string): Entry {
    const file = path.join(this.#options.directory, `${++this.#names}.parquet`);
    const entry: Entry = { path: file, sizeBytes: 0, users: 0, ready: Promise.resolve() };
    entry.ready = this.#slots
      .run(() => this.#download(key, entry))
      .catch(async (error: unknown) => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
        await this.#discard(entry);
        throw error;
      });
    return entry;
  }

  async #download(key: string, entry: Entry): Promise<void> {
    const startedMs = this.#options.clock.monotonicMs();
    try {
      await this.#copy(key, entry);
    } catch (error) {
      if (errorCode(error) !== "ENOSPC") throw error;
      // Others share the disk: give back what nobody reads, and try once more.
      await this.#discard(entry);
      await this.#trim(0);
      await this.#copy(key, entry).catch((second: unknown) => {
        throw this.#explained(second);
      });
    }
    this.#downloadMs += this.#options.clock.monotonicMs() - startedMs;
    this.#trim(this.#options.boundBytes);
  }

  async #copy(key: string, entry: Entry): Promise<void> {
    let file: OpenFile | undefined;
    try {
      for (let totalBytes = Number.POSITIVE_INFINITY; entry.sizeBytes < totalBytes; ) {
        const piece = await this.#options.store.readRange(key, entry.sizeBytes, PIECE_BYTES);
        if (piece === undefined) throw new Error(`the object '${key}' is no longer in the store`);
        file ??= await this.#options.fs.create(entry.path);
        await file.write(piece.bytes);
        totalBytes = piece.totalBytes;
        entry.sizeBytes += piece.bytes.length;
        this.#sizeBytes += piece.bytes.length;
        this.#downloadedBytes += piece.bytes.length;
      }
    } finally {
      await file?.close();
    }
  }

  #explained(error: unknown): unknown {
    if (errorCode(error) === undefined) return error;
    return new Error(
      `cannot keep a copy of a data file in "${this.#options.directory}": ${systemReason(error)}. ` +
        "Make room there, choose another place with --object-store-cache-dir, or lower --parquet-mem-cache-size",
      { cause: error },
    );
  }

  /** Takes back what a failed download left. */
  async #discard(entry: Entry): Promise<void> {
    this.#sizeBytes -= entry.sizeBytes;
    entry.sizeBytes = 0;
    await removeQuietly(this.#options.fs, entry.path);
  }

  async #trim(boundBytes: number): Promise<void> {
    const removals: Promise<void>[] = [];
    for (const [key, entry] of this.#entries) {
      if (this.#sizeBytes <= boundBytes) break;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      this.#evictions++;
      removals.push(this.#discard(entry));
    }
    await Promise.all(removals);
  }
}
