import path from "node:path";
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
const READ_STEP_BYTES = 4 * 1024 * 1024;

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

/** Reads whole segments, one at a time, into memory that is used again for the next. */
export class SegmentLoader {
  readonly #fs: WalFileSystem;
  #memory = new Uint8Array(0);

  constructor(fs: WalFileSystem) {
    this.#fs = fs;
  }

  /** `pause` is awaited between steps, so that other work gets its turn. */
  async load(segment: SegmentFile, pause: () => Promise<void>): Promise<Uint8Array> {
    if (this.#memory.length < segment.sizeBytes + SLACK_BYTES) {
      this.#memory = new Uint8Array(segment.sizeBytes + SLACK_BYTES);
    }
    const handle = this.#fs.open(segment.path, "read");
    try {
      let done = 0;
      while (done < segment.sizeBytes) {
        const step = this.#memory.subarray(done, Math.min(done + READ_STEP_BYTES, segment.sizeBytes));
        const count = this.#fs.read(handle, step, done);
        if (count === 0) break;
        done += count;
        await pause();
      }
      return this.#memory.subarray(0, done);
    } finally {
      this.#fs.close(handle);
    }
  }
}
