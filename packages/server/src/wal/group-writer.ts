import { SecondOwnerError } from "./errors.ts";
import { FRAME_HEADER_BYTES } from "./segment-format.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import type { FromWorker, GroupMessage, ToWorker } from "./worker-protocol.ts";

/** Bodies below this are copied together: a system call takes few large parts faster than many small ones. */
const COPY_BELOW_BYTES = 4096;
const SCRATCH_BYTES = 1024 * 1024;

/** What the WAL worker does with each message. Free of threads, so that it can be tested in one. */
export class GroupWriter {
  readonly #segments: SegmentWriter;
  readonly #answer: (message: FromWorker) => void;
  readonly #buffers = new Map<number, Uint8Array>();
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES);
  #failedEpoch = -1;
  /** Sequences to trim up to, in the order they came. */
  readonly #trims: number[] = [];

  constructor(segments: SegmentWriter, answer: (message: FromWorker) => void) {
    this.#segments = segments;
    this.#answer = answer;
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case "buffer":
        this.#buffers.set(message.number, new Uint8Array(message.buffer));
        return;
      case "forget":
        this.#buffers.delete(message.number);
        return;
      case "group":
        this.#write(message);
        return;
      case "trim":
        this.#trims.push(message.sequence);
        return;
      case "close":
        this.#segments.close();
        this.#answer({ kind: "closed" });
    }
  }

  /** One step of the work that no group waits for; false when nothing is left to do. */
  work(): boolean {
    return this.#trims.length > 0 ? this.#trim() : this.#segments.fillAhead();
  }

  #write(group: GroupMessage): void {
    if (group.epoch <= this.#failedEpoch) return;
    try {
      const stored = this.#segments.write(this.#partsOf(group), group.payloadBytes, group.bodies.length / 3);
      this.#answer({ kind: "stored", ...stored, ...this.#segments.stats });
    } catch (error) {
      if (error instanceof SecondOwnerError) {
        this.#failedEpoch = Number.POSITIVE_INFINITY;
        this.#answer({ kind: "fenced", file: error.file });
        return;
      }
      this.#failedEpoch = group.epoch;
      this.#answer({ kind: "failed", epoch: group.epoch, message: (error as Error).message });
    }
  }

  /** A failure only keeps space taken: the next trim comes by here again. */
  #trim(): boolean {
    let problem: string | undefined;
    try {
      if (this.#segments.trimOne(this.#trims[0]!)) return true;
    } catch (error) {
      problem = (error as Error).message;
    }
    this.#trims.shift();
    this.#answer({ kind: "trimmed", problem });
    return true;
  }

  /** The group's bytes in as few parts as possible: frame headers and small bodies share a scratch buffer. */
  #partsOf(group: GroupMessage): Uint8Array[] {
    const parts: Uint8Array[] = [];
    let used = 0;
    let partStart = 0;
    const endPart = () => {
      if (used > partStart) parts.push(this.#scratch.subarray(partStart, used));
      partStart = used;
    };
    for (let frame = 0; frame * 3 < group.bodies.length; frame++) {
      const header = group.headers.subarray(frame * FRAME_HEADER_BYTES, (frame + 1) * FRAME_HEADER_BYTES);
      const body = this.#bodyOf(group, frame);
      const copied = body.length < COPY_BELOW_BYTES && used + header.length + body.length <= SCRATCH_BYTES;
      if (copied) {
        this.#scratch.set(header, used);
        // Out of shared memory `set` goes byte by byte; filling with as many bytes is a plain copy.
        if (body.length > 0)
          this.#scratch.fill(body, used + header.length, used + header.length + body.length);
        used += header.length + body.length;
      } else {
        endPart();
        parts.push(header, body);
      }
    }
    endPart();
    return parts;
  }

  #bodyOf(group: GroupMessage, frame: number): Uint8Array {
    const buffer = this.#buffers.get(group.bodies[frame * 3]!);
    if (buffer === undefined) throw new Error("a commit group refers to unknown memory");
    const offset = group.bodies[frame * 3 + 1]!;
    return buffer.subarray(offset, offset + group.bodies[frame * 3 + 2]!);
  }
}
