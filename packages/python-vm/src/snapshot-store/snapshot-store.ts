import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { PreludeModule } from "../protocol/index.ts";

/** "MRPY", then format version, crc32 of the content, and its length as two 32-bit halves: 20 bytes. */
const MAGIC = 0x4d525059;
const FORMAT_VERSION = 1;
const HEADER_BYTES = 20;
const SUFFIX = ".pysnapshot";

/** Snapshots of one kind replace each other: the plain ones, and those with packages in them. */
const WITH_PACKAGES = "packages-";

/**
 * A name that changes whenever the snapshot's content would: with Pyodide's version, our start-up code, and the
 * packages (their files, and the place where Python finds them).
 */
export function snapshotKey(
  pyodideVersion: string,
  prelude: readonly PreludeModule[],
  packages?: { readonly sitePackages: string; readonly fingerprint: string; readonly prefix?: string },
): string {
  const parts = packages
    ? [prelude, packages.sitePackages, packages.fingerprint, packages.prefix ?? ""]
    : prelude;
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
  return `${packages ? WITH_PACKAGES : ""}pyodide-${pyodideVersion}-${hash}`;
}

/** Keeps the memory snapshot of the booted interpreter in a directory. It is a cache: any doubt means "build anew". */
export class SnapshotStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The snapshot, or undefined when there is none or its file is damaged. */
  async load(key: string): Promise<Uint8Array | undefined> {
    const file = await readFile(this.#path(key)).catch(() => undefined);
    if (file === undefined || file.length < HEADER_BYTES) return undefined;
    const content = file.subarray(HEADER_BYTES);
    const lengthBytes = file.readUInt32BE(12) * 2 ** 32 + file.readUInt32BE(16);
    const sound =
      file.readUInt32BE(0) === MAGIC &&
      file.readUInt32BE(4) === FORMAT_VERSION &&
      content.length === lengthBytes &&
      crc32(content) === file.readUInt32BE(8);
    return sound ? content : undefined;
  }

  /** Written beside and renamed, so that a reader never sees half a file. Older snapshots of its kind go away. */
  async save(key: string, content: Uint8Array): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(MAGIC, 0);
    header.writeUInt32BE(FORMAT_VERSION, 4);
    header.writeUInt32BE(crc32(content), 8);
    header.writeUInt32BE(Math.floor(content.length / 2 ** 32), 12);
    header.writeUInt32BE(content.length >>> 0, 16);
    const target = this.#path(key);
    const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      await writeFile(temporary, Buffer.concat([header, content]));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    for (const name of await readdir(this.#directory)) {
      const sameKind = name.startsWith(WITH_PACKAGES) === key.startsWith(WITH_PACKAGES);
      if (sameKind && name.endsWith(SUFFIX) && name !== path.basename(target)) {
        await rm(path.join(this.#directory, name), { force: true });
      }
    }
  }

  #path(key: string): string {
    return path.join(this.#directory, `${key}${SUFFIX}`);
  }
}
