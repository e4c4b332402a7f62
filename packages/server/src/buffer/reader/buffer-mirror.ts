import { systemRandom } from "../../foundation/index.ts";
import type { BufferBatch } from "../layout/index.ts";
import type { TableView } from "../types.ts";
import { MirrorTable, type PublishedCounts } from "./mirror-table.ts";
import { PinnedView } from "./pinned-view.ts";

const SORTED_ROWS = 50_000;
/** Views are kept with their row order for the next query of an unchanged table, up to this many rows together. */
const REMEMBERED_ROWS = 8_000_000;

export interface BufferMirrorOptions {
  /** Applies the batches that have arrived but were not delivered yet, synchronously. */
  drain?: () => void;
  /** 32 bits; unpredictable ones unless a test wants to repeat itself. */
  hashSeed?: number;
  /** Tables up to this size are shown in the order of series key and time. */
  sortRowsUpTo?: number;
}

interface TableState {
  readonly table: MirrorTable;
  counts: PublishedCounts;
  view: PinnedView | undefined;
}

const NOTHING: PublishedCounts = { rows: 0, series: 0, lateRows: 0, batch: 0 };

/** The reader's side of the buffer: lives in another thread than the writer and shares only memory with it. */
export class BufferMirror {
  readonly #tables = new Map<number, TableState>();
  readonly #drain: () => void;
  readonly #viewOptions: { sortRowsUpTo: number; hashSeed: number };
  #sequence = 0;
  #rememberedRows = 0;

  constructor(options: BufferMirrorOptions = {}) {
    this.#drain = options.drain ?? (() => {});
    this.#viewOptions = {
      sortRowsUpTo: options.sortRowsUpTo ?? SORTED_ROWS,
      hashSeed: options.hashSeed ?? randomSeed(),
    };
  }

  apply(batch: BufferBatch): void {
    for (const message of batch.messages) {
      if (message.kind === "table") {
        const table = new MirrorTable(message.tableId, message.header);
        this.#tables.set(message.tableId, { table, counts: NOTHING, view: undefined });
      } else if (message.kind === "table-dropped") {
        this.#tables.delete(message.tableId);
      } else {
        this.#tables.get(message.tableId)?.table.apply(message);
      }
    }
    this.#sequence = batch.sequence;
  }

  /** The table's published rows now. Undefined: nothing was ever written to it, or it is gone. */
  table(tableId: number): TableView | undefined {
    if (!this.#tables.has(tableId)) this.#drain();
    const state = this.#tables.get(tableId);
    if (state === undefined) return undefined;
    const counts = this.#currentCounts(state);
    if (state.view?.rowCount === counts.rows) return state.view;
    state.counts = counts;
    state.view = new PinnedView(state.table, counts, this.#viewOptions);
    this.#remember(counts.rows);
    return state.view;
  }

  /** Rows whose memory was not announced here yet wait: an older state is consistent, half a newer one is not. */
  #currentCounts(state: TableState): PublishedCounts {
    const counts = state.table.counts();
    if (counts.batch <= this.#sequence) return counts;
    this.#drain();
    return counts.batch <= this.#sequence ? counts : state.counts;
  }

  #remember(rows: number): void {
    this.#rememberedRows += rows;
    if (this.#rememberedRows <= REMEMBERED_ROWS) return;
    for (const state of this.#tables.values()) state.view = undefined;
    this.#rememberedRows = 0;
  }
}

function randomSeed(): number {
  return Buffer.from(systemRandom(4)).readInt32LE(0);
}
