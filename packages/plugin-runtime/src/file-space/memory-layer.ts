import { FileError, type FileStat } from "@millrace/python-vm";
import { parentOf, type WritableLayer } from "./layers.ts";
import { type FileQuota, Usage } from "./quota.ts";

interface MemoryFile {
  readonly kind: "file";
  /** Longer than the file while it grows. */
  room: Uint8Array;
  sizeBytes: number;
  modifiedMs: number;
}

interface MemoryDirectory {
  readonly kind: "directory";
  readonly entries: Map<string, MemoryNode>;
  modifiedMs: number;
}

type MemoryNode = MemoryFile | MemoryDirectory;

/** What a test writes: seen by its own run only, and gone with it. */
export class MemoryLayer implements WritableLayer {
  readonly #root: MemoryDirectory;
  readonly #usage: Usage;
  readonly #nowMs: () => number;

  constructor(quota: FileQuota, nowMs: () => number) {
    this.#root = { kind: "directory", entries: new Map(), modifiedMs: 0 };
    this.#usage = new Usage(quota);
    this.#nowMs = nowMs;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    const { kind, modifiedMs } = node;
    return { kind, sizeBytes: kind === "file" ? node.sizeBytes : 0, modifiedMs, writable: true };
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    const node = this.#find(path);
    return node?.kind === "directory" ? [...node.entries.keys()] : undefined;
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const { room, sizeBytes } = this.#file(path);
    return room.slice(offset, Math.max(offset, Math.min(offset + length, sizeBytes)));
  }

  async create(path: string, kind: FileStat["kind"]): Promise<void> {
    const modifiedMs = this.#nowMs();
    const parent = this.#directory(parentOf(path));
    this.#usage.take(0, 1);
    const node: MemoryNode =
      kind === "file"
        ? { kind, room: new Uint8Array(0), sizeBytes: 0, modifiedMs }
        : { kind, entries: new Map(), modifiedMs };
    parent.entries.set(lastName(path), node);
    parent.modifiedMs = modifiedMs;
  }

  async write(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const file = this.#file(path);
    // Writing nothing makes no file longer, wherever it is written.
    if (bytes.length === 0) return;
    this.#resize(file, Math.max(file.sizeBytes, offset + bytes.length));
    file.room.set(bytes, offset);
  }

  async truncate(path: string, sizeBytes: number): Promise<void> {
    this.#resize(this.#file(path), sizeBytes);
  }

  async remove(path: string): Promise<void> {
    const node = this.#detach(path);
    if (node === undefined) throw new FileError("ENOENT");
    this.#usage.giveBack(node.kind === "file" ? node.sizeBytes : 0, 1);
  }

  async rename(from: string, to: string): Promise<void> {
    const target = this.#directory(parentOf(to));
    if (this.#find(to) !== undefined) await this.remove(to);
    const node = this.#detach(from);
    if (node === undefined) throw new FileError("ENOENT");
    target.entries.set(lastName(to), node);
    target.modifiedMs = this.#nowMs();
  }

  #find(path: string): MemoryNode | undefined {
    let node: MemoryNode | undefined = this.#root;
    if (path === "") return node;
    for (const name of path.split("/"))
      node = node?.kind === "directory" ? node.entries.get(name) : undefined;
    return node;
  }

  #file(path: string): MemoryFile {
    const node = this.#find(path);
    if (node === undefined) throw new FileError("ENOENT");
    if (node.kind === "directory") throw new FileError("EISDIR");
    return node;
  }

  /** Made when it is missing. */
  #directory(path: string): MemoryDirectory {
    let directory = this.#root;
    if (path === "") return directory;
    for (const name of path.split("/")) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        this.#usage.take(0, 1);
        next = { kind: "directory", entries: new Map(), modifiedMs: this.#nowMs() };
        directory.entries.set(name, next);
      }
      if (next.kind === "file") throw new FileError("ENOTDIR");
      directory = next;
    }
    return directory;
  }

  #detach(path: string): MemoryNode | undefined {
    const parent = this.#find(parentOf(path));
    if (parent?.kind !== "directory") return undefined;
    const node = parent.entries.get(lastName(path));
    parent.entries.delete(lastName(path));
    parent.modifiedMs = this.#nowMs();
    return node;
  }

  #resize(file: MemoryFile, sizeBytes: number): void {
    const growth = sizeBytes - file.sizeBytes;
    if (growth > 0) this.#usage.take(growth);
    else this.#usage.giveBack(-growth);
    if (sizeBytes > file.room.length) {
      const room = new Uint8Array(Math.max(sizeBytes, 2 * file.room.length));
      room.set(file.room.subarray(0, file.sizeBytes));
      file.room = room;
    } else file.room.fill(0, sizeBytes, file.sizeBytes);
    file.sizeBytes = sizeBytes;
    file.modifiedMs = this.#nowMs();
  }
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
