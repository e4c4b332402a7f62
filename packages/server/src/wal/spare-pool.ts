import path from "node:path";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentFileName,
  spareFileName,
  spareNumberOf,
} from "./segment-format.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

export interface SparePoolOptions {
  fs: WalFileSystem;
  directory: string;
  segmentBytes: number;
  maxSpares: number;
}

/**
 * Files of segments that the log no longer needs. The next segments are written over them: a file that has its space
 * already takes a small part of the work that a growing one does.
 *
 * A spare is a file under another name, so it is never taken for a part of the log; and each use has a lap of its
 * own, so what is left in it from before is never taken for a group.
 */
export class SparePool {
  readonly #options: SparePoolOptions;
  /** Numbers that the files had as segments. */
  readonly #spares: number[] = [];

  constructor(options: SparePoolOptions) {
    this.#options = options;
    for (const name of options.fs.list(options.directory).sort()) {
      const number = spareNumberOf(name);
      if (number !== undefined) this.#adopt(number);
    }
  }

  /** Takes a segment out of the log. Without `sizeBytes` the file is not used again. */
  retire(number: number, sizeBytes: number | undefined): void {
    const { fs, directory, segmentBytes, maxSpares } = this.#options;
    const file = path.join(directory, segmentFileName(number));
    const fits = sizeBytes !== undefined && sizeBytes >= segmentBytes / 2 && sizeBytes <= segmentBytes;
    if (!fits || this.#spares.length >= maxSpares) {
      if (fs.exists(file)) fs.unlink(file);
      return;
    }
    fs.rename(file, this.#pathOf(number));
    // Segments leave the log for good one after the other, so that a power cut leaves no gap.
    fs.syncDirectory(directory);
    this.#spares.push(number);
  }

  /** Moves a spare to this path and opens it; undefined when there is none. */
  take(target: string): number | undefined {
    const { fs } = this.#options;
    for (let number = this.#spares.shift(); number !== undefined; number = this.#spares.shift()) {
      try {
        fs.rename(this.#pathOf(number), target);
        return fs.open(target, "write");
      } catch {
        // A spare that cannot be used only costs its advantage.
      }
    }
    return undefined;
  }

  /** A spare of an earlier start. */
  #adopt(number: number): void {
    const { fs, maxSpares } = this.#options;
    try {
      if (this.#spares.length < maxSpares && this.#isUntouched(number)) this.#spares.push(number);
      else fs.unlink(this.#pathOf(number));
    } catch {
      // It takes space until the next start, and nothing else.
    }
  }

  /**
   * A spare has its old header until it is used again. With another one, a power cut may have left it as a second
   * name of a segment: then only this name may go.
   */
  #isUntouched(number: number): boolean {
    const { fs } = this.#options;
    const file = fs.open(this.#pathOf(number), "read");
    try {
      const start = new Uint8Array(SEGMENT_HEADER_BYTES);
      const header = decodeSegmentHeader(start.subarray(0, fs.read(file, start, 0)));
      return typeof header === "object" && header.number === number;
    } finally {
      fs.close(file);
    }
  }

  #pathOf(number: number): string {
    return path.join(this.#options.directory, spareFileName(number));
  }
}
