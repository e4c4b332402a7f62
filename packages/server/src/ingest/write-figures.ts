/** What one database was sent. */
export interface DatabaseWrites {
  lines: number;
  rejectedLines: number;
  /** Of accepted lines. */
  bytes: number;
}

/** Why a write was turned away before it was looked at. */
export type WriteRefusal = "pending_writes" | "buffer_memory" | "heap_memory" | "database";

/** Counts writes as they become durable or are refused. */
export class WriteFigures {
  readonly #databases = new Map<number, DatabaseWrites>();
  readonly refused: Record<WriteRefusal, number> = {
    pending_writes: 0,
    buffer_memory: 0,
    heap_memory: 0,
    database: 0,
  };

  /** By id; deleted ones too. */
  get databases(): ReadonlyMap<number, Readonly<DatabaseWrites>> {
    return this.#databases;
  }

  add(databaseId: number, lines: number, rejectedLines: number, bytes: number): void {
    let writes = this.#databases.get(databaseId);
    if (writes === undefined) {
      writes = { lines: 0, rejectedLines: 0, bytes: 0 };
      this.#databases.set(databaseId, writes);
    }
    writes.lines += lines;
    writes.rejectedLines += rejectedLines;
    writes.bytes += bytes;
  }
}
