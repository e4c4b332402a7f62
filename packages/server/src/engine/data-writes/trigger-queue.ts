import type { Precision } from "@millrace/line-protocol";
import type { AcceptedWrite, WriteOrigin } from "../../ingest/index.ts";
import type { LineFrame } from "../interpreters/index.ts";
import { MAX_GENERATIONS, RunOrigin } from "../loops/index.ts";
import { type HeldLines, ownLines } from "./held-lines.ts";
import { cutAfter } from "./line-portions.ts";

export interface QueueLimits {
  /** Rows of one call. */
  readonly maxRowsPerCall: number;
  /** Bytes of one call: what a plugin gets takes several times as much of its interpreter's memory. */
  readonly maxBytesPerCall: number;
  /** Bytes that users' writes may hold here before users are asked to wait. */
  readonly maxBytes: number;
}

export interface Batch {
  readonly frames: readonly LineFrame[];
  readonly origins: readonly (WriteOrigin | undefined)[];
  readonly rows: number;
  /** To be called when nobody reads the frames any more. */
  readonly release: () => void;
}

interface PendingWrite {
  readonly frame: LineFrame;
  readonly held: HeldLines;
  readonly lines: number;
  readonly origin: WriteOrigin | undefined;
  /** One more step and this is taken for a loop. */
  readonly suspect: boolean;
}

/** Why a write was left out. */
export type Refusal = "loop" | "rate";

/** Plugins' writes may not be made to wait (the plugin would wait for itself), so they get this share on top. */
const PLUGIN_SHARE = 4;

/** What a write takes in memory beside its lines: many writes of one short line each would else be many times the bound. */
const WRITE_BYTES = 256;

/** What a data-write trigger has still to be shown, in the order in which it became durable. */
export class TriggerQueue {
  readonly #triggerId: number;
  readonly #limits: QueueLimits;
  #pending: PendingWrite[] = [];
  /** How many of them were there at the last flush. */
  #sealed = 0;
  #bytes = 0;
  #rows = 0;

  constructor(triggerId: number, limits: QueueLimits) {
    this.#triggerId = triggerId;
    this.#limits = limits;
  }

  /** What the writes take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get rows(): number {
    return this.#rows;
  }

  /** As much waits as one call may have: it need not wait for the flush. */
  get fillsCall(): boolean {
    return this.#rows >= this.#limits.maxRowsPerCall || this.#bytes >= this.#limits.maxBytesPerCall;
  }

  /** Users' writes should wait until the plugin has caught up. */
  get full(): boolean {
    return this.roomBytes <= 0;
  }

  /** Bytes that users' writes may still bring. */
  get roomBytes(): number {
    return this.#limits.maxBytes - this.#bytes;
  }

  /** Undefined when the write was taken: its lines are held then. */
  offer(write: AcceptedWrite, held: HeldLines): Refusal | undefined {
    const generation = RunOrigin.generation(write.origin, this.#triggerId);
    if (generation > MAX_GENERATIONS) return "loop";
    if (write.origin !== undefined && this.#bytes >= this.#limits.maxBytes * PLUGIN_SHARE) return "rate";
    const { precision, defaultTimeNs, bytes, lines, origin } = write;
    const frame = { precision: precision as Precision, defaultTimeNs, bytes };
    const pending = { frame, held, lines, origin, suspect: generation === MAX_GENERATIONS };
    held.hold();
    this.#pending.push(pending);
    this.#bytes += sizeOf(pending);
    this.#rows += lines;
    return undefined;
  }

  /** The flush: what is here now may be delivered. */
  seal(): void {
    this.#sealed = this.#pending.length;
  }

  /**
   * The next call's rows. Suspected rows never share a call with others: if such a call writes again, the loop is
   * proved, and rows that merely passed by at the same time are not blamed for it.
   */
  take(): Batch | undefined {
    if (this.#sealed === 0 && !this.fillsCall) return undefined;
    const head = this.#cutHead();
    if (head === undefined) return undefined;
    const ready = this.#sealed > 0 ? this.#sealed : this.#pending.length;
    const taken: PendingWrite[] = [];
    const left: PendingWrite[] = [];
    let rows = 0;
    let bytes = 0;
    let fits = true;
    for (const write of this.#pending.slice(0, ready)) {
      const related = write.suspect === head.suspect;
      // Order holds: what comes after a write that no longer fits waits with it.
      if (related) fits &&= taken.length === 0 || this.#fits(rows + write.lines, bytes + sizeOf(write));
      if (!related || !fits) {
        left.push(write);
        continue;
      }
      taken.push(write);
      rows += write.lines;
      bytes += sizeOf(write);
    }
    this.#rows -= rows;
    this.#bytes -= bytes;
    this.#pending = [...left, ...this.#pending.slice(ready)];
    if (this.#sealed > 0) this.#sealed = left.length;
    return {
      frames: taken.map((write) => write.frame),
      origins: taken.map((write) => write.origin),
      rows,
      release: () => {
        for (const { held } of taken) held.release();
      },
    };
  }

  clear(): void {
    for (const { held } of this.#pending) held.release();
    this.#pending = [];
    this.#sealed = 0;
    this.#bytes = 0;
    this.#rows = 0;
  }

  #fits(rows: number, bytes: number): boolean {
    return rows <= this.#limits.maxRowsPerCall && bytes <= this.#limits.maxBytesPerCall;
  }

  /** The first write, no larger than a call. A single line is never too large. */
  #cutHead(): PendingWrite | undefined {
    const head = this.#pending[0];
    if (head === undefined || head.lines <= 1 || this.#fits(head.lines, sizeOf(head))) return head;
    const { maxRowsPerCall, maxBytesPerCall } = this.#limits;
    const linesOfCall = Math.floor((head.lines * maxBytesPerCall) / sizeOf(head));
    this.#cut(head, Math.min(maxRowsPerCall, head.lines - 1, Math.max(1, linesOfCall)));
    return this.#pending[0];
  }

  #cut(head: PendingWrite, maxRows: number): void {
    const parts = cutAfter({ bytes: head.frame.bytes, lines: head.lines }, maxRows);
    const writes = parts.map(({ bytes, lines }) => {
      return { ...head, frame: { ...head.frame, bytes }, held: ownLines(), lines };
    });
    head.held.release();
    this.#pending.splice(0, 1, ...writes);
    if (this.#sealed > 0) this.#sealed++;
    this.#bytes += writes.reduce((sum, write) => sum + sizeOf(write), -sizeOf(head));
  }
}

function sizeOf({ frame }: PendingWrite): number {
  return frame.bytes.length + WRITE_BYTES;
}
