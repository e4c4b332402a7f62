import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A file that is open for reading in pieces, synchronously: for threads that have nothing else to do. */
export interface OpenLocalFile {
  readonly sizeBytes: number;
  /** Exactly this many bytes, in memory of their own. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

export function openLocalFile(path: string): OpenLocalFile {
  const file = openSync(path, "r");
  const sizeBytes = fstatSync(file).size;
  return {
    sizeBytes,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const read = readSync(file, bytes, done, length - done, offset + done);
        if (read === 0)
          throw new Error(`the file ${path} ends at ${offset + done} instead of ${offset + length}`);
        done += read;
      }
      return bytes;
    },
    close: () => closeSync(file),
  };
}
