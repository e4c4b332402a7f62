import type { Precision } from "@millrace/line-protocol";
import type { AcceptedWrite, WriteOrigin } from "../../ingest/index.ts";
import type { LineFrame } from "../interpreters/index.ts";
import { MAX_GENERATIONS, RunOrigin } from "../loops/index.ts";
import { cutAfter } from "./line-portions.ts";

export interface QueueLimits {
  /** Rows of one call. */
  readonly maxRowsPerCall: number;
  /** Bytes that users' writes may hold here before users are asked to wait. */
  readonly maxBytes: number;
}

export interface Batch {
  readonly frames: readonly LineFrame[];
  readonly origins: readonly (WriteOrigin | undefined)[];
  readonly rows: number;
}

interface PendingWrite {
  readonly frame: LineFrame;
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

  /** Users' writes should wait until the plugin has caught up. */
  get full(): boolean {
    return this.#bytes >= this.#limits.maxBytes;
  }

  /** Undefined when the write was taken. */
  offer(write: AcceptedWrite): Refusal | undefined {
    const generation = RunOrigin.generation(write.origin, this.#triggerId);
    if (generation > MAX_GENERATIONS) return "loop";
    if (write.origin !== undefined && this.#bytes >= this.#limits.maxBytes * PLUGIN_SHARE) return "rate";
    const { precision, defaultTimeNs, bytes, lines, origin } = write;
    const frame = { precision: precision as Precision, defaultTimeNs, bytes };
    const pending = { frame, lines, origin, suspect: generation === MAX_GENERATIONS };
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
    const head = this.#pending[0];
    if (this.#sealed === 0 || head === undefined) return undefined;
    const { maxRowsPerCall } = this.#limits;
    if (head.lines > maxRowsPerCall) this.#cut(head, maxRowsPerCall);
    const taken: PendingWrite[] = [];
    const left: PendingWrite[] = [];
    let rows = 0;
    let fits = true;
    for (const write of this.#pending.slice(0, this.#sealed)) {
      const related = write.suspect === head.suspect;
      // Order holds: what comes after a write that no longer fits waits with it.
      if (related) fits &&= rows + write.lines <= maxRowsPerCall;
      if (!related || !fits) {
        left.push(write);
        continue;
      }
      taken.push(write);
      rows += write.lines;
      this.#bytes -= sizeOf(write);
    }
    this.#rows -= rows;
    this.#pending = [...left, ...this.#pending.slice(this.#sealed)];
    this.#sealed = left.length;
    return {
      frames: taken.map((write) => write.frame),
      origins: taken.map((write) => write.origin),
      rows,
    };
  }

  clear(): void {
    this.#pending = [];
    this.#sealed = 0;
    this.#bytes = 0;
    this.#rows = 0;
  }

  #cut(head: PendingWrite, maxRows: number): void {
    const parts = cutAfter({ bytes: head.frame.bytes, lines: head.lines }, maxRows);
    const writes = parts.map(({ bytes, lines }) => ({ ...head, frame: { ...head.frame, bytes }, lines }));
    this.#pending.splice(0, 1, ...writes);
    this.#sealed++;
    this.#bytes += writes.reduce((sum, write) => sum + sizeOf(write), -sizeOf(head));
  }
}

function sizeOf({ frame }: PendingWrite): number {
  return frame.bytes.length + WRITE_BYTES;
}
