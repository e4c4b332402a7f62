import path from "node:path";
import { closeQuietly } from "./segment-file.ts";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentFileName,
  segmentNumberOf,
} from "./segment-format.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

export interface SegmentFile {
  readonly number: number;
  readonly path: string;
  readonly sizeBytes: number;
  /** A text says what is wrong with the header. */
  readonly header: SegmentHeader | string;
}

/** Readable behind the bytes of a segment in memory, so that parsers may read words past an entry's end. */
const SLACK_BYTES = 64;
const READ_STEP_BYTES = 1024 * 1024;

/** The segments of a log, oldest first. Unfinished files of an interrupted start are removed. */
export function listSegments(fs: WalFileSystem, directory: string): SegmentFile[] {
  const segments: SegmentFile[] = [];
  for (const name of fs.list(directory).sort()) {
    const number = segmentNumberOf(name);
    if (name.endsWith(".tmp")) fs.unlink(path.join(directory, name));
    if (number !== undefined) segments.push(inspect(fs, directory, number));
  }
  return segments;
}

function inspect(fs: WalFileSystem, directory: string, number: number): SegmentFile {
  const file = path.join(directory, segmentFileName(number));
  const handle = fs.open(file, "read");
  try {
    const start = new Uint8Array(SEGMENT_HEADER_BYTES);
    const header = decodeSegmentHeader(start.subarray(0, fs.read(handle, start, 0)));
    const wrongNumber = typeof header === "object" && header.number !== number;
    return {
      number,
      path: file,
      sizeBytes: fs.sizeOf(handle),
      header: wrongNumber ? `its header belongs to segment ${header.number}` : header,
    };
  } finally {
    fs.close(handle);
  }
}

/** Opens segments one at a time, in memory that is used again for the next. */
export class SegmentLoader {
  readonly #fs: WalFileSystem;
  readonly #pause: () => Promise<void>;
  #memory = new Uint8Array(0);

  /** `pause` is awaited between steps of reading, so that other work gets its turn. */
  constructor(fs: WalFileSystem, pause: () => Promise<void>) {
    this.#fs = fs;
    this.#pause = pause;
  }

  /** The bytes of the segment that was opened before are gone then. */
  open(segment: SegmentFile): SegmentContent {
    const neededBytes = segment.sizeBytes + SLACK_BYTES;
    if (this.#memory.length < neededBytes) this.#memory = new Uint8Array(neededBytes);
    return new SegmentContent(this.#fs, segment, this.#memory.subarray(0, segment.sizeBytes), this.#pause);
  }
}

/** A segment that is read from its begin on, as far as somebody needs it. */
export class SegmentContent {
  readonly #fs: WalFileSystem;
  readonly #file: number;
  readonly #pause: () => Promise<void>;
  #memory: Uint8Array;
  #loadedBytes = 0;

  constructor(fs: WalFileSystem, segment: SegmentFile, memory: Uint8Array, pause: () => Promise<void>) {
    this.#fs = fs;
    this.#file = fs.open(segment.path, "read");
    this.#memory = memory;
    this.#pause = pause;
  }

  /** The segment; only the first `loadedBytes` are read yet. At least 64 readable bytes follow the last one. */
  get bytes(): Uint8Array {
    return this.#memory;
  }

  get loadedBytes(): number {
    return this.#loadedBytes;
  }

  async load(end: number): Promise<void> {
    const wanted = Math.min(end, this.#memory.length);
    while (this.#loadedBytes < wanted) {
      const step = this.#memory.subarray(this.#loadedBytes, this.#loadedBytes + READ_STEP_BYTES);
      const count = this.#fs.read(this.#file, step, this.#loadedBytes);
      this.#loadedBytes += count;
      if (count < step.length) {
        // The file is shorter than it was a moment ago.
        this.#memory = this.#memory.subarray(0, this.#loadedBytes);
        break;
      }
      await this.#pause();
    }
  }

  loadAll(): Promise<void> {
    return this.load(this.#memory.length);
  }

  close(): void {
    closeQuietly(this.#fs, this.#file);
  }
}
