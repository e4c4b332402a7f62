import { FileError, type FileStat, type HostFiles } from "@millrace/python-vm";

const FILE_MAX_BYTES = 2 ** 26;

interface Entry {
  bytes: Uint8Array | undefined;
  modifiedMs: number;
}

/** Files of a host, kept in memory: what a test puts here, Python sees below its mount. */
export class MemoryHostFiles implements HostFiles {
  readonly calls: string[] = [];
  /** Paths that the contract forbids. */
  readonly uncleanPaths: string[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #readOnly: string[] = [];
  #clockMs = 1_700_000_000_000;

  constructor(...directories: string[]) {
    for (const path of directories) this.#entries.set(path, { bytes: undefined, modifiedMs: this.#clockMs });
  }

  makeReadOnly(path: string): void {
    this.#readOnly.push(path);
  }

  put(path: string, content: string | Uint8Array): void {
    const parent = parentOf(path);
    if (!this.#entries.has(parent)) this.put(`${parent}/`, "");
    const bytes = path.endsWith("/") ? undefined : Buffer.from(content);
    this.#entries.set(path.replace(/\/$/, ""), { bytes, modifiedMs: ++this.#clockMs });
  }

  text(path: string): string {
    return Buffer.from(this.#file(path)).toString();
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  stat(path: string): FileStat | undefined {
    this.#note("stat", path);
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    const { bytes, modifiedMs } = entry;
    const kind = bytes ? "file" : "directory";
    return { kind, sizeBytes: bytes?.length ?? 0, modifiedMs, writable: !this.#isReadOnly(path) };
  }

  list(path: string): string[] {
    this.#note("list", path);
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new FileError("ENOENT");
    if (entry.bytes) throw new FileError("ENOTDIR");
    return [...this.#entries.keys()]
      .filter((key) => parentOf(key) === path)
      .map((key) => key.slice(path.length + 1));
  }

  read(path: string, offset: number, length: number): Uint8Array {
    this.#note("read", path);
    return this.#file(path).slice(offset, offset + length);
  }

  write(path: string, offset: number, bytes: Uint8Array): void {
    this.#change("write", path);
    if (offset + bytes.length > FILE_MAX_BYTES) throw new FileError("ENOSPC");
    const old = this.#file(path);
    const grown = new Uint8Array(Math.max(old.length, offset + bytes.length));
    grown.set(old);
    grown.set(bytes, offset);
    this.put(path, grown);
  }

  truncate(path: string, sizeBytes: number): void {
    this.#change("truncate", path);
    if (sizeBytes > FILE_MAX_BYTES) throw new FileError("ENOSPC");
    const resized = new Uint8Array(sizeBytes);
    resized.set(this.#file(path).subarray(0, sizeBytes));
    this.put(path, resized);
  }

  create(path: string, kind: "file" | "directory"): void {
    this.#change("create", path);
    if (this.#entries.has(path)) throw new FileError("EEXIST");
    if (!this.#entries.has(parentOf(path))) throw new FileError("ENOENT");
    this.put(kind === "file" ? path : `${path}/`, "");
  }

  remove(path: string, kind: "file" | "directory"): void {
    this.#change("remove", path);
    if (kind === "directory" && this.list(path).length > 0) throw new FileError("ENOTEMPTY");
    if (kind === "file") this.#file(path);
    this.#entries.delete(path);
  }

  rename(from: string, to: string): void {
    this.#change("rename", from);
    for (const [path, entry] of [...this.#entries]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#entries.delete(path);
      this.#entries.set(to + path.slice(from.length), entry);
    }
  }

  #file(path: string): Uint8Array {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new FileError("ENOENT");
    if (entry.bytes === undefined) throw new FileError("EISDIR");
    return entry.bytes;
  }

  #note(op: string, path: string): void {
    this.calls.push(`${op} ${path}`);
    if (!path.startsWith("/") || /\/\.{1,2}(\/|$)|\/\/|\0/.test(path)) this.uncleanPaths.push(path);
  }

  #change(op: string, path: string): void {
    this.#note(op, path);
    if (this.#isReadOnly(path)) throw new FileError("EROFS");
  }

  #isReadOnly(path: string): boolean {
    return this.#readOnly.some((root) => path === root || path.startsWith(`${root}/`));
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.replace(/\/$/, "").lastIndexOf("/"));
}
