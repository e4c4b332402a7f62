import { FileError, type FileStat } from "@millrace/python-vm";
import { type FileLayer, isBelow, parentOf, type WritableLayer } from "./layers.ts";

const COPY_PIECE_BYTES = 2 ** 20;

/**
 * What one run sees below one mount: the layer that takes its writes, over what can only be read. A file that is
 * written to is copied up first. What lies below cannot be removed, only be covered.
 */
export class LayeredFiles {
  readonly #upper: WritableLayer | undefined;
  readonly #below: readonly FileLayer[];

  constructor(upper: WritableLayer | undefined, below: readonly FileLayer[]) {
    this.#upper = upper;
    this.#below = below;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const [owner, stat] = await this.#find(path);
    const writable = this.#upper !== undefined;
    if (stat === undefined) return path === "" ? { ...EMPTY_ROOT, writable } : undefined;
    if (stat.kind === "file" || owner === undefined) return { ...stat, writable };
    // Python looks into a directory again when its time changed, in whichever layer that was.
    const stats = await Promise.all(this.#layers.map((layer) => layer.stat(path)));
    const times = stats.map((each) => (each?.kind === "directory" ? each.modifiedMs : 0));
    return { ...stat, modifiedMs: Math.max(...times), writable };
  }

  async list(path: string): Promise<readonly string[]> {
    const stat = await this.stat(path);
    if (stat === undefined) throw new FileError("ENOENT");
    if (stat.kind === "file") throw new FileError("ENOTDIR");
    const lists = await Promise.all(
      this.#layers.map(async (layer) => {
        const own = await layer.stat(path);
        return own === undefined || own.kind === "directory" ? await layer.list(path) : undefined;
      }),
    );
    return [...new Set(lists.flatMap((names) => names ?? []))];
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const [owner] = await this.#findFile(path);
    return owner.read(path, offset, length);
  }

  async write(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const upper = await this.#copyUp(path, Number.POSITIVE_INFINITY);
    await upper.write(path, offset, bytes);
  }

  async truncate(path: string, sizeBytes: number): Promise<void> {
    const upper = await this.#copyUp(path, sizeBytes);
    await upper.truncate(path, sizeBytes);
  }

  async create(path: string, kind: FileStat["kind"]): Promise<void> {
    if ((await this.stat(path)) !== undefined) throw new FileError("EEXIST");
    await this.#requireDirectory(parentOf(path));
    await this.#writable().create(path, kind);
  }

  async remove(path: string, kind: FileStat["kind"]): Promise<void> {
    const stat = await this.stat(path);
    if (stat === undefined) throw new FileError("ENOENT");
    if (stat.kind !== kind) throw new FileError(kind === "file" ? "EISDIR" : "ENOTDIR");
    const upper = this.#writable();
    if ((await upper.stat(path)) === undefined) throw new FileError("EROFS");
    if (kind === "directory" && (await this.list(path)).length > 0) throw new FileError("ENOTEMPTY");
    await upper.remove(path, kind);
  }

  async rename(from: string, to: string): Promise<void> {
    const stat = await this.stat(from);
    if (stat === undefined) throw new FileError("ENOENT");
    const upper = this.#writable();
    const own = await upper.stat(from);
    if (own === undefined || (stat.kind === "directory" && (await this.#liesBelow(from))))
      throw new FileError("EROFS");
    if (from === to) return;
    if (isBelow(to, from)) throw new FileError("EINVAL");
    const target = await this.stat(to);
    if (target?.kind === "directory") throw new FileError(stat.kind === "file" ? "EISDIR" : "EEXIST");
    if (target !== undefined && stat.kind === "directory") throw new FileError("ENOTDIR");
    await this.#requireDirectory(parentOf(to));
    await upper.rename(from, to);
  }

  get #layers(): readonly FileLayer[] {
    return this.#upper === undefined ? this.#below : [this.#upper, ...this.#below];
  }

  async #find(path: string): Promise<[FileLayer, FileStat] | [undefined, undefined]> {
    for (const layer of this.#layers) {
      const stat = await layer.stat(path);
      if (stat !== undefined) return [layer, stat];
    }
    return [undefined, undefined];
  }

  async #findFile(path: string): Promise<[FileLayer, FileStat]> {
    const [owner, stat] = await this.#find(path);
    if (owner === undefined) throw new FileError("ENOENT");
    if (stat.kind === "directory") throw new FileError("EISDIR");
    return [owner, stat];
  }

  async #liesBelow(path: string): Promise<boolean> {
    for (const layer of this.#below) if ((await layer.stat(path)) !== undefined) return true;
    return false;
  }

  #writable(): WritableLayer {
    if (this.#upper === undefined) throw new FileError("EROFS");
    return this.#upper;
  }

  async #requireDirectory(path: string): Promise<void> {
    const stat = await this.stat(path);
    if (stat === undefined) throw new FileError("ENOENT");
    if (stat.kind === "file") throw new FileError("ENOTDIR");
  }

  /** Makes the file the run's own, with as much of what it held as is kept; all of it or nothing. */
  async #copyUp(path: string, keptBytes: number): Promise<WritableLayer> {
    const upper = this.#writable();
    const [owner, stat] = await this.#findFile(path);
    if (owner === upper) return upper;
    await upper.create(path, "file");
    try {
      const endBytes = Math.min(stat.sizeBytes, keptBytes);
      for (let offset = 0; offset < endBytes; ) {
        const bytes = await owner.read(path, offset, Math.min(COPY_PIECE_BYTES, endBytes - offset));
        if (bytes.length === 0) break;
        await upper.write(path, offset, bytes);
        offset += bytes.length;
      }
    } catch (error) {
      await upper.remove(path, "file");
      throw error;
    }
    return upper;
  }
}

const EMPTY_ROOT = { kind: "directory", sizeBytes: 0, modifiedMs: 0 } as const;
