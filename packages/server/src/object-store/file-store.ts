import path from "node:path";
import type { RandomBytes } from "../foundation/index.ts";
import { ensureDirectory } from "./directories.ts";
import { createFile, isTemporary, removeQuietly, replaceFile } from "./durable-file.ts";
import { errorCode, type FileSystem } from "./file-system.ts";
import type { ObjectInfo, ObjectStore, PutAnswer, PutOptions } from "./types.ts";

/** Objects as files below a directory; a key is the path. */
export class FileStore implements ObjectStore {
  readonly #root: string;
  readonly #fs: FileSystem;
  readonly #random: RandomBytes;
  /** Directories that exist and are synced. */
  readonly #known = new Set<string>();

  constructor(options: { root: string; fs: FileSystem; random: RandomBytes }) {
    this.#root = options.root;
    this.#fs = options.fs;
    this.#random = options.random;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#fs.readFile(this.#path(key));
    } catch (error) {
      // A directory is no object: other keys lie below it.
      if (errorCode(error) === "ENOENT" || errorCode(error) === "EISDIR") return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutAnswer> {
    const target = this.#path(key);
    await this.#ensureDirectory(path.dirname(target));
    const nonce = Buffer.from(this.#random(6)).toString("hex");
    if (options?.ifNoneMatch) {
      return (await createFile(this.#fs, target, bytes, nonce)) ? "written" : "exists";
    }
    // Nobody comes between the two steps: a store has one owner, who does not compete with itself for a key, and what
    // failed does not happen later.
    if (options?.ifUnchanged && !(await this.#holds(key, options.ifUnchanged))) return "changed";
    await replaceFile(this.#fs, target, bytes, nonce);
    return "written";
  }

  async list(prefix: string): Promise<ObjectInfo[]> {
    const directoryKey = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const found: ObjectInfo[] = [];
    await this.#walk(directoryKey, prefix, found);
    return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async delete(key: string): Promise<void> {
    try {
      await this.#fs.unlink(this.#path(key));
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }

  /** Removes what interrupted writes left below the prefix. Only for the owner of the prefix, before it writes. */
  async removeLeftovers(prefix: string): Promise<void> {
    for (const entry of await this.#entries(this.#path(prefix))) {
      const key = `${prefix}/${entry.name}`;
      if (entry.isDirectory) await this.removeLeftovers(key);
      else if (isTemporary(entry.name)) await removeQuietly(this.#fs, this.#path(key));
    }
  }

  async #walk(directoryKey: string, prefix: string, found: ObjectInfo[]): Promise<void> {
    const directory = directoryKey === "" ? this.#root : this.#path(directoryKey.slice(0, -1));
    for (const entry of await this.#entries(directory)) {
      const key = directoryKey + entry.name;
      if (entry.isDirectory) {
        const below = `${key}/`;
        if (below.startsWith(prefix) || prefix.startsWith(below)) await this.#walk(below, prefix, found);
      } else if (key.startsWith(prefix) && !isTemporary(entry.name)) {
        const sizeBytes = await this.#sizeOf(key);
        // Deleted since the directory was read.
        if (sizeBytes !== undefined) found.push({ key, sizeBytes });
      }
    }
  }

  async #holds(key: string, expected: Uint8Array): Promise<boolean> {
    const present = await this.get(key);
    return present !== undefined && Buffer.compare(present, expected) === 0;
  }

  async #sizeOf(key: string): Promise<number | undefined> {
    try {
      return (await this.#fs.stat(this.#path(key))).sizeBytes;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  async #entries(directory: string): Promise<{ name: string; isDirectory: boolean }[]> {
    try {
      return await this.#fs.readDirectory(directory);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  async #ensureDirectory(directory: string): Promise<void> {
    if (this.#known.has(directory)) return;
    await ensureDirectory(this.#fs, directory, this.#known);
    for (let place = directory; !this.#known.has(place); place = path.dirname(place)) this.#known.add(place);
  }

  #path(key: string): string {
    const parts = key.split("/");
    if (parts.some((part) => part === "" || part === "." || part === ".." || /[\\\u0000]/.test(part))) {
      throw new Error(`not an object key: '${key}'`);
    }
    return path.join(this.#root, ...parts);
  }
}
