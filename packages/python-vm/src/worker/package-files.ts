import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";
import { FileError, type FileStat, type HostFiles } from "../protocol/index.ts";

/**
 * The packages' own files while a snapshot is built, when no host serves calls. They can be read only, and links are
 * as good as absent: Python resolves paths step by step, so that none leads out of the directory.
 */
export class PackageFiles implements HostFiles {
  readonly #mountPath: string;
  readonly #directory: string;

  constructor(mountPath: string, directory: string) {
    this.#mountPath = mountPath;
    this.#directory = directory;
  }

  stat(filePath: string): FileStat | undefined {
    const found = lstatSync(this.#real(filePath), { throwIfNoEntry: false });
    if (!found?.isFile() && !found?.isDirectory()) return undefined;
    const kind = found.isFile() ? "file" : "directory";
    return { kind, sizeBytes: found.size, modifiedMs: found.mtimeMs, writable: false };
  }

  list(filePath: string): string[] {
    const entries = readdirSync(this.#real(filePath), { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() || entry.isDirectory()).map((entry) => entry.name);
  }

  read(filePath: string, offset: number, length: number): Uint8Array {
    const file = openSync(this.#real(filePath), "r");
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      for (;;) {
        const count = readSync(file, bytes, done, length - done, offset + done);
        done += count;
        if (count === 0 || done === length) return bytes.subarray(0, done);
      }
    } finally {
      closeSync(file);
    }
  }

  write(): void {
    throw new FileError("EROFS");
  }
  truncate(): void {
    throw new FileError("EROFS");
  }
  create(): void {
    throw new FileError("EROFS");
  }
  remove(): void {
    throw new FileError("EROFS");
  }
  rename(): void {
    throw new FileError("EROFS");
  }

  #real(filePath: string): string {
    return path.join(this.#directory, filePath.slice(this.#mountPath.length));
  }
}
