import type { BufferStore } from "../buffer/index.ts";
import type { Catalog } from "../catalog/index.ts";
import { ServerError } from "../foundation/index.ts";
import type { WriteRequest } from "./types.ts";
import type { WriteFigures } from "./write-figures.ts";

export interface WriteLimits {
  /** Writes that may be on their way at once: `--wal-max-write-buffer-size`. */
  readonly maxPendingWrites: number;
  /** Bytes that the buffer may hold. */
  readonly maxBufferBytes: number;
  /** Bytes of tables' objects and tag values that the heap may hold: beyond its limit the process would end, and end again at replay. */
  readonly maxHeapBytes: number;
  /** The option that sets `maxBufferBytes`, for the text of the refusal. */
  readonly bufferOption: string;
  /** Lines parsed before other work gets a turn. */
  readonly sliceLines: number;
  /** What the write path remembers of the series keys of all databases before it starts anew. */
  readonly maxKeyBytes: number;
}

export const defaultWriteLimits: WriteLimits = {
  maxPendingWrites: 100_000,
  maxBufferBytes: Number.POSITIVE_INFINITY,
  maxHeapBytes: Number.POSITIVE_INFINITY,
  bufferOption: "--force-snapshot-mem-threshold",
  sliceLines: 1_000,
  maxKeyBytes: 512 * 2 ** 20,
};

/**
 * Says why a database takes no writes right now, for example because its triggers lag behind: that must not keep
 * plugins from writing, which would have to wait for themselves.
 */
export interface WriteGate {
  /** `exempt`: a plugin's write, or one that was let in before. */
  refusal(databaseId: number, exempt: boolean): string | undefined;
  /** Resolves with whether a user's write may come; undefined when it may come now. */
  untilOpen?(databaseId: number, sizeBytes: number | undefined): Promise<boolean> | undefined;
}

export interface AdmissionOptions {
  readonly limits: WriteLimits;
  readonly buffer: BufferStore;
  readonly catalog: Catalog;
  readonly figures: WriteFigures;
  readonly gate: WriteGate | undefined;
}

/** Keeps what is under way bounded: a write is refused with the option that would let it in. */
export class Admission {
  #pending = 0;
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Throws ServerError (503), or counts the write until `leave`. */
  enter(request: WriteRequest): void {
    const detail = this.#refusal(request);
    if (detail !== undefined) throw new ServerError("write_overloaded", { detail });
    this.#pending++;
  }

  /** Before the body is there; undefined: now. */
  untilAdmitted(database: string, sizeBytes: number | undefined): Promise<boolean> | undefined {
    const { catalog, gate } = this.#options;
    if (gate?.untilOpen === undefined) return undefined;
    const known = catalog.database(database);
    return known && gate.untilOpen(known.id, sizeBytes);
  }

  /** Writes that are under way. */
  get pending(): number {
    return this.#pending;
  }

  leave(): void {
    this.#pending--;
  }

  #refusal({ database, origin, admitted = false }: WriteRequest): string | undefined {
    const { limits, buffer, catalog, gate, figures } = this.#options;
    if (this.#pending >= limits.maxPendingWrites) {
      figures.refused.pending_writes++;
      return `wal buffer full with ${this.#pending} ops; --wal-max-write-buffer-size sets the bound`;
    }
    if (buffer.bytes >= limits.maxBufferBytes) {
      figures.refused.buffer_memory++;
      return `${buffer.bytes} bytes are buffered; ${limits.bufferOption} sets the bound`;
    }
    if (buffer.heapBytes >= limits.maxHeapBytes) {
      figures.refused.heap_memory++;
      return `tables and tag values take ${buffer.heapBytes} bytes of the heap; NODE_OPTIONS=--max-old-space-size sets its limit`;
    }
    const known = gate === undefined ? undefined : catalog.database(database);
    const reason =
      known === undefined ? undefined : gate?.refusal(known.id, admitted || origin !== undefined);
    if (reason !== undefined) figures.refused.database++;
    return reason;
  }
}
