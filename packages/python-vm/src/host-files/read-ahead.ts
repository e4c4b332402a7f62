import type { HostFiles } from "../protocol/index.ts";
import type { FileStream } from "../sandbox/index.ts";

const CHUNK_BYTES = 64 * 1024;
/** Files that are read in turns keep a chunk each; more than these read again what they share. */
const CHUNKS_MAX = 8;

interface Chunk {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * Small reads in a row cost one call to the host per chunk instead of one each. A chunk lives as long as nothing is
 * known to have changed: writes of this interpreter and each new run drop all of them.
 */
export class ReadAhead {
  readonly #files: HostFiles;
  readonly #chunks = new Map<FileStream, Chunk>();

  constructor(files: HostFiles) {
    this.#files = files;
  }

  /** What is at hand from that position on; undefined when the host has to be asked. */
  cached(stream: FileStream, position: number): Uint8Array | undefined {
    const chunk = this.#chunks.get(stream);
    const from = position - (chunk?.start ?? 0);
    return chunk && from >= 0 && from < chunk.bytes.length ? chunk.bytes.subarray(from) : undefined;
  }

  /** Asks the host; fewer bytes than wanted mean the end of the file. */
  fetch(stream: FileStream, path: string, position: number, length: number): Uint8Array {
    if (length >= CHUNK_BYTES) return this.#files.read(path, position, length);
    const bytes = this.#files.read(path, position, CHUNK_BYTES);
    this.#keep(stream, { start: position, bytes });
    return bytes.subarray(0, length);
  }

  close(stream: FileStream): void {
    this.#chunks.delete(stream);
  }

  forget(): void {
    this.#chunks.clear();
  }

  #keep(stream: FileStream, chunk: Chunk): void {
    this.#chunks.delete(stream);
    if (this.#chunks.size >= CHUNKS_MAX) {
      const [oldest] = this.#chunks.keys();
      this.#chunks.delete(oldest!);
    }
    this.#chunks.set(stream, chunk);
  }
}
