import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rmdir, truncate, unlink } from "node:fs/promises";
import path from "node:path";
import { FileError, type FileStat } from "@millrace/python-vm";
import { DirectoryLayer } from "./directory-layer.ts";
import { undefinedIfMissing } from "./host-errors.ts";
import { parentOf, type WritableLayer } from "./layers.ts";
import { type FileQuota, Usage } from "./quota.ts";

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** A directory of the host that belongs to one trigger and takes what it writes, up to a quota. Made when needed. */
export class WritableDirectory implements WritableLayer {
  readonly #directory: string;
  readonly #quota: FileQuota;
  readonly #files: DirectoryLayer;
  #usage: Promise<Usage> | undefined;

  constructor(directory: string, quota: FileQuota) {
    this.#directory = directory;
    this.#quota = quota;
    this.#files = new DirectoryLayer(directory);
  }

  async stat(relative: string): Promise<FileStat | undefined> {
    const stat = await this.#files.stat(relative);
    return stat && { ...stat, writable: true };
  }

  list(relative: string): Promise<readonly string[] | undefined> {
    return this.#files.list(relative);
  }

  read(relative: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#files.read(relative, offset, length);
  }

  async create(relative: string, kind: FileStat["kind"]): Promise<void> {
    await this.#makeParents(relative);
    const place = this.#place(relative);
    await this.#withRoom(0, 1, async () => {
      if (kind === "directory") await mkdir(place);
      else await (await open(place, "wx")).close();
    });
  }

  async write(relative: string, offset: number, bytes: Uint8Array): Promise<void> {
    const sizeBytes = await this.#sizeBytes(relative);
    const growth = Math.max(0, offset + bytes.length - sizeBytes);
    await this.#withRoom(growth, 0, async () => {
      const file = await open(this.#place(relative), constants.O_WRONLY | NO_FOLLOW);
      try {
        for (let done = 0; done < bytes.length; )
          done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
      } finally {
        await file.close();
      }
    });
  }

  async truncate(relative: string, sizeBytes: number): Promise<void> {
    const growth = sizeBytes - (await this.#sizeBytes(relative));
    await this.#withRoom(Math.max(0, growth), 0, () => truncate(this.#place(relative), sizeBytes));
    if (growth < 0) (await this.#used()).giveBack(-growth);
  }

  async remove(relative: string, kind: FileStat["kind"]): Promise<void> {
    const sizeBytes = kind === "file" ? await this.#sizeBytes(relative) : 0;
    const usage = await this.#used();
    await (kind === "file" ? unlink : rmdir)(this.#place(relative));
    usage.giveBack(sizeBytes, 1);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#makeParents(to);
    const replaced = await this.#files.stat(to);
    const usage = await this.#used();
    await rename(this.#place(from), this.#place(to));
    if (replaced !== undefined) usage.giveBack(replaced.sizeBytes, 1);
  }

  #place(relative: string): string {
    return path.join(this.#directory, relative);
  }

  async #sizeBytes(relative: string): Promise<number> {
    const stat = await this.#files.stat(relative);
    if (stat === undefined) throw new FileError("ENOENT");
    return stat.sizeBytes;
  }

  async #makeParents(relative: string): Promise<void> {
    const parent = parentOf(relative);
    if (parent === "") {
      await mkdir(this.#directory, { recursive: true });
      return;
    }
    if ((await this.#files.stat(parent)) === undefined) await this.create(parent, "directory");
  }

  async #withRoom(bytes: number, files: number, work: () => Promise<void>): Promise<void> {
    const usage = await this.#used();
    usage.take(bytes, files);
    try {
      await work();
    } catch (error) {
      usage.giveBack(bytes, files);
      throw error;
    }
  }

  /** Counted once: nobody else writes here. */
  #used(): Promise<Usage> {
    this.#usage ??= measure(this.#directory).then(
      ({ bytes, files }) => new Usage(this.#quota, bytes, files),
      (error: unknown) => {
        this.#usage = undefined;
        throw error;
      },
    );
    return this.#usage;
  }
}

async function measure(directory: string): Promise<{ bytes: number; files: number }> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(undefinedIfMissing)) ?? [];
  let bytes = 0;
  let files = entries.length;
  for (const entry of entries) {
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      const below = await measure(place);
      bytes += below.bytes;
      files += below.files;
    } else bytes += (await lstat(place).catch(undefinedIfMissing))?.size ?? 0;
  }
  return { bytes, files };
}
