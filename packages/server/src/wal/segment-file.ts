import path from "node:path";
import type { RandomBytes } from "../foundation/index.ts";
import { SecondOwnerError } from "./errors.ts";
import {
  decodeSegmentHeader,
  END_BYTES,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentFileName,
} from "./segment-format.ts";
import type { SparePool } from "./spare-pool.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

/** A segment that takes groups. */
export interface OpenSegment {
  readonly number: number;
  readonly file: number;
  readonly lap: bigint;
  readonly recycled: boolean;
  offset: number;
  /** Up to here the file has its space on the disk already. */
  filledTo: number;
}

export interface SegmentMakerOptions {
  fs: WalFileSystem;
  directory: string;
  random: RandomBytes;
  spares: SparePool;
}

/** A segment in the making. */
interface Draft {
  readonly number: number;
  readonly temporary: string;
  readonly file: number;
  readonly lap: bigint;
  readonly recycled: boolean;
  /** It has its name. */
  named: boolean;
}

/** Codes of file systems that cannot give a file a second name. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

const END = new Uint8Array(END_BYTES);

/**
 * Makes segments. One appears under its name complete with its header, so that a damaged header is never an
 * unfinished one; and it never takes the place of another, which would be a second server's.
 */
export class SegmentMaker {
  readonly #options: SegmentMakerOptions;
  /** What an attempt that failed has got to. */
  #draft: Draft | undefined;

  constructor(options: SegmentMakerOptions) {
    this.#options = options;
  }

  /** Throws what the file system throws, and goes on from there when it is called again with the same numbers. */
  make(number: number, firstSequence: number): OpenSegment {
    const { fs, directory } = this.#options;
    this.#draft ??= this.#begin(number);
    const draft = this.#draft;
    if (!draft.named) {
      const header = encodeSegmentHeader({ number, firstSequence, lap: draft.lap });
      fs.write(draft.file, [header, END], 0);
      fs.sync(draft.file);
      this.#name(draft);
    }
    fs.syncDirectory(directory);
    this.#draft = undefined;
    const offset = SEGMENT_HEADER_BYTES;
    const { file, lap, recycled } = draft;
    return { number, file, lap, recycled, offset, filledTo: Math.max(fs.sizeOf(file), offset + END_BYTES) };
  }

  close(): void {
    if (this.#draft !== undefined) closeQuietly(this.#options.fs, this.#draft.file);
    this.#draft = undefined;
  }

  #begin(number: number): Draft {
    const { fs, directory, random, spares } = this.#options;
    const nonce = Buffer.from(random(8));
    const lap = nonce.readBigUInt64LE();
    // With the nonce, no two servers ever work on one temporary file.
    const temporary = path.join(directory, `${segmentFileName(number)}-${nonce.toString("hex")}.tmp`);
    const spare = spares.take(temporary);
    const file = spare ?? fs.open(temporary, "create");
    return { number, temporary, file, lap, recycled: spare !== undefined, named: false };
  }

  #name(draft: Draft): void {
    const { fs, directory } = this.#options;
    const target = path.join(directory, segmentFileName(draft.number));
    try {
      this.#linkOrMove(draft.temporary, target);
    } catch (error) {
      // An attempt that was reported as failed may have done it all the same.
      if (codeOf(error) !== "EEXIST") throw error;
      if (this.#lapOf(target) !== draft.lap) throw new SecondOwnerError(target);
    }
    draft.named = true;
    try {
      if (fs.exists(draft.temporary)) fs.unlink(draft.temporary);
    } catch {
      // A second name does no harm; the next start removes it.
    }
  }

  #linkOrMove(temporary: string, target: string): void {
    const { fs } = this.#options;
    try {
      fs.link(temporary, target);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error) ?? "")) throw error;
      if (fs.exists(target)) throw Object.assign(new Error("the segment exists"), { code: "EEXIST" });
      fs.rename(temporary, target);
    }
  }

  #lapOf(segment: string): bigint | undefined {
    const { fs } = this.#options;
    const file = fs.open(segment, "read");
    try {
      const start = new Uint8Array(SEGMENT_HEADER_BYTES);
      const header = decodeSegmentHeader(start.subarray(0, fs.read(file, start, 0)));
      return typeof header === "object" ? header.lap : undefined;
    } finally {
      closeQuietly(fs, file);
    }
  }
}

/** For files in which everything is synced or given up: closing them can fail without harm. */
export function closeQuietly(fs: WalFileSystem, file: number): void {
  try {
    fs.close(file);
  } catch {
    // See above.
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
