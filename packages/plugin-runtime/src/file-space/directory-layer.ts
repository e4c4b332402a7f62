import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { FileError, type FileStat } from "@millrace/python-vm";
import { undefinedIfMissing } from "./host-errors.ts";
import type { FileLayer } from "./layers.ts";

/** Windows has no such flag; there, links are resolved before as well. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

export interface Visibility {
  /** Directories of the host inside of it that are not to be seen. */
  readonly hidden?: readonly string[] | undefined;
  /** Whether an entry of the directory itself is to be seen, by its name; absent: all. */
  readonly shows?: ((name: string) => boolean) | undefined;
}

/**
 * A directory of the host, to be read. Links are followed as long as they stay inside; devices, pipes and sockets
 * are refused, because reading one may wait for ever.
 */
export class DirectoryLayer implements FileLayer {
  readonly #directory: string;
  /** Relative to the directory, which may itself be reached through links. */
  readonly #hidden: readonly string[];
  readonly #shows: (name: string) => boolean;

  constructor(directory: string, { hidden = [], shows = () => true }: Visibility = {}) {
    this.#directory = directory;
    this.#shows = shows;
    this.#hidden = hidden.map((place) => path.relative(directory, place));
  }

  async stat(relative: string): Promise<FileStat | undefined> {
    const found = await this.#resolve(relative);
    if (found === undefined) return undefined;
    const stats = await lstat(found).catch(undefinedIfMissing);
    if (stats === undefined) return undefined;
    if (!stats.isFile() && !stats.isDirectory()) throw new FileError("EACCES");
    const kind = stats.isFile() ? "file" : "directory";
    return { kind, sizeBytes: stats.size, modifiedMs: stats.mtimeMs, writable: false };
  }

  async list(relative: string): Promise<readonly string[] | undefined> {
    const found = await this.#resolve(relative);
    if (found === undefined) return undefined;
    const entries = await readdir(found, { withFileTypes: true }).catch(undefinedIfMissing);
    if (entries === undefined) return undefined;
    const visible = await Promise.all(entries.map((entry) => this.#isVisible(relative, entry)));
    return entries.filter((_, at) => visible[at]).map(({ name }) => name);
  }

  async read(relative: string, offset: number, length: number): Promise<Uint8Array> {
    const found = await this.#resolve(relative);
    if (found === undefined || (await this.stat(relative))?.kind !== "file") throw new FileError("ENOENT");
    const file = await open(found, constants.O_RDONLY | NO_FOLLOW);
    try {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Python looks at every name in a list: one that leads nowhere would take the whole list away, and imports with it. */
  async #isVisible(directory: string, entry: Dirent): Promise<boolean> {
    const relative = path.join(directory, entry.name);
    if (!entry.isSymbolicLink()) return (entry.isFile() || entry.isDirectory()) && !this.#isHidden(relative);
    const stat = await this.stat(relative).catch(() => undefined);
    return stat !== undefined;
  }

  /** Where a file really lies, every link followed; undefined when there is none. */
  async #resolve(relative: string): Promise<string | undefined> {
    const root = await realpath(this.#directory).catch(undefinedIfMissing);
    if (root === undefined) return undefined;
    const found = await realpath(path.join(root, relative)).catch(undefinedIfMissing);
    if (found === undefined) return undefined;
    if (!contains(root, found)) throw new FileError("EACCES");
    return this.#isHidden(path.relative(root, found)) ? undefined : found;
  }

  #isHidden(relative: string): boolean {
    if (relative !== "" && !this.#shows(relative.split(path.sep, 1)[0]!)) return true;
    return this.#hidden.some((hidden) => contains(path.resolve("/", hidden), path.resolve("/", relative)));
  }
}

function contains(directory: string, found: string): boolean {
  const relative = path.relative(directory, found);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
