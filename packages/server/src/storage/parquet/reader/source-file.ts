import type { ByteSource } from "../../types.ts";
import { MalformedBytes } from "../bytes/index.ts";
import { StorageDamagedError } from "../errors.ts";
import { MAGIC, readChecksumBlock } from "../format/index.ts";

/** Length of the footer, and magic. */
const END_BYTES = 8;
/** Most footers are in it: one read is enough then. */
const FIRST_READ_BYTES = 65_536;

export interface FileEnd {
  readonly footer: Uint8Array;
  readonly footerOffset: number;
  /** Of page headers, by row group and then column. */
  readonly headerChecksums: readonly number[];
}

/** A file with a name, whose bytes are not to be trusted. */
export class SourceFile {
  readonly name: string;
  readonly #source: ByteSource;

  constructor(source: ByteSource, name: string) {
    this.#source = source;
    this.name = name;
  }

  damaged(offset: number, reason: string): StorageDamagedError {
    return new StorageDamagedError(this.name, offset, reason);
  }

  read(offset: number, length: number): Uint8Array {
    const { sizeBytes } = this.#source;
    const isInside = offset >= 0 && length >= 0 && offset + length <= sizeBytes;
    const bytes = isInside ? this.#source.read(offset, length) : undefined;
    if (bytes?.length !== length) throw this.damaged(sizeBytes, `bytes up to ${offset + length} are missing`);
    // A Buffer's slices are not copies.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Reports bytes that `read` cannot make sense of by their place in the file. */
  checked<T>(offset: number, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof MalformedBytes) throw this.damaged(offset + error.offset, error.message);
      throw error;
    }
  }

  /** Footer and checksums, which are right. */
  readEnd(): FileEnd {
    const { sizeBytes } = this.#source;
    if (sizeBytes < MAGIC.length + END_BYTES) throw this.damaged(0, "it is too short");
    if (!isMagic(this.read(0, MAGIC.length))) throw this.damaged(0, "it does not start with PAR1");
    const tail = this.#readTail(Math.min(sizeBytes, FIRST_READ_BYTES));
    if (!isMagic(tail.subarray(-MAGIC.length)))
      throw this.damaged(sizeBytes - MAGIC.length, "it does not end with PAR1");
    const lengthAt = tail.length - END_BYTES;
    const length = new DataView(tail.buffer, tail.byteOffset + lengthAt, 4).getUint32(0, true);
    const footerOffset = sizeBytes - END_BYTES - length;
    if (footerOffset < MAGIC.length)
      throw this.damaged(sizeBytes - END_BYTES, "the footer's length is impossible");
    const footer =
      length <= lengthAt ? tail.subarray(lengthAt - length, lengthAt) : this.read(footerOffset, length);
    const block = readChecksumBlock(footer, footerOffset - MAGIC.length, (bytes) =>
      this.read(footerOffset - bytes, bytes),
    );
    if (block === undefined) {
      throw this.damaged(
        footerOffset,
        "the footer does not have the checksum that stands before it, unless other software wrote the file",
      );
    }
    return { footer, footerOffset, headerChecksums: block.headers };
  }

  #readTail(length: number): Uint8Array {
    return this.read(this.#source.sizeBytes - length, length);
  }
}

function isMagic(bytes: Uint8Array): boolean {
  return bytes.length === MAGIC.length && bytes.every((byte, i) => byte === MAGIC[i]);
}
