import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { PackageError, reasonOf } from "../foundation/index.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

/** Bounds on what an archive may unpack to. */
export interface ArchiveLimits {
  readonly maxFiles: number;
  readonly maxUnpackedBytes: number;
}

export const defaultArchiveLimits: ArchiveLimits = { maxFiles: 20_000, maxUnpackedBytes: 512 * 2 ** 20 };

const STORED = 0;
const DEFLATED = 8;
const HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

/** An archive in memory whose files are unpacked one by one, off the thread that asks. */
export class ZipArchive {
  /** Files only, by their path in the archive. */
  readonly files: ReadonlyMap<string, ZipEntry>;
  readonly #archive: Uint8Array;
  readonly #label: string;

  /** Throws `wheel` for an archive that is damaged, too large or has files that lie outside. */
  constructor(archive: Uint8Array, label: string, limits: ArchiveLimits = defaultArchiveLimits) {
    this.#archive = archive;
    this.#label = label;
    try {
      this.files = checked(readZipDirectory(archive, limits.maxFiles), limits);
    } catch (error) {
      throw this.#bad(reasonOf(error), error);
    }
  }

  async read(path: string): Promise<Uint8Array> {
    const entry = this.files.get(path);
    if (entry === undefined) throw this.#bad(`it has no file ${path}`);
    const packed = this.#packed(entry);
    let bytes: Uint8Array;
    try {
      // The output is bounded by what the directory promises; zlib insists on room for one byte.
      bytes =
        entry.method === STORED
          ? packed
          : await inflate(packed, { maxOutputLength: Math.max(entry.sizeBytes, 1) });
    } catch (error) {
      throw this.#bad(`its file ${path} cannot be unpacked: ${reasonOf(error)}`, error);
    }
    if (bytes.length !== entry.sizeBytes || crc32(bytes) !== entry.crc32)
      throw this.#bad(`its file ${path} is damaged`);
    return bytes;
  }

  #packed(entry: ZipEntry): Uint8Array {
    const view = new DataView(this.#archive.buffer, this.#archive.byteOffset, this.#archive.byteLength);
    const at = entry.headerAt;
    if (at + HEADER_BYTES > view.byteLength || view.getUint32(at, true) !== HEADER)
      throw this.#bad(`its file ${entry.name} is damaged`);
    if (entry.method !== STORED && entry.method !== DEFLATED)
      throw this.#bad(
        `its file ${entry.name} is compressed in a way (${entry.method}) that wheels do not use`,
      );
    const from = at + HEADER_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    if (from + entry.packedBytes > view.byteLength) throw this.#bad(`its file ${entry.name} was cut off`);
    return this.#archive.subarray(from, from + entry.packedBytes);
  }

  #bad(why: string, cause?: unknown): PackageError {
    return new PackageError("wheel", `the wheel ${this.#label} cannot be used: ${why}`, { cause });
  }
}

function checked(entries: readonly ZipEntry[], limits: ArchiveLimits): Map<string, ZipEntry> {
  const files = new Map<string, ZipEntry>();
  let totalBytes = 0;
  for (const entry of entries) {
    const { name } = entry;
    checkPath(name);
    if ((entry.mode & FILE_TYPE) === LINK) throw new Error(`its file ${name} is a symbolic link`);
    if (name.endsWith("/")) continue;
    if (files.has(name)) throw new Error(`it has the file ${name} twice`);
    totalBytes += entry.sizeBytes;
    if (totalBytes > limits.maxUnpackedBytes)
      throw new Error(`it unpacks to more than the ${limits.maxUnpackedBytes} bytes that are allowed`);
    files.set(name, entry);
  }
  return files;
}

/** No file may end up outside of where the wheel is unpacked, on any platform. */
export function checkPath(name: string): void {
  const parts = name.replace(/\/$/, "").split("/");
  const outside = parts.some((part) => part === "" || part === "." || part === ".." || /[\\:\0]/.test(part));
  if (outside) throw new Error(`its file '${name}' would lie outside of the environment`);
}
