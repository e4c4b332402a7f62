import { systemRandom } from "../../foundation/index.ts";
import type { BufferBatch, TableMessage } from "../layout/index.ts";
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

/** One generation of one table. */
interface TableState {
  readonly table: MirrorTable;
  counts: PublishedCounts;
  view: PinnedView | undefined;
}

const NOTHING: PublishedCounts = { rows: 0, series: 0, lateRows: 0, batch: 0 };
const NO_VIEWS: readonly TableView[] = [];

/** The reader's side of the buffer: lives in another thread than the writer and shares only memory with it. */
export class BufferMirror {
  /** By table id: its generations, oldest first. */
  readonly #tables = new Map<number, readonly TableState[]>();
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
      if (message.kind === "table-dropped") this.#tables.delete(message.tableId);
      else this.#applyToTable(message);
    }
    this.#sequence = batch.sequence;
  }

  /** The generation's rows are in files now; views that are in use keep theirs. */
  dropGeneration(generation: number): void {
    for (const tableId of this.#tables.keys()) this.#forget(tableId, generation);
  }

  /**
   * The table's published rows now, oldest generation first, each with rows. What is written to a table shows only
   * after all that was written before.
   */
  views(tableId: number): readonly TableView[] {
    // What a rotation brought is not announced by any header that is known here.
    this.#drain();
    const states = this.#currentStates(tableId);
    if (states === undefined) return NO_VIEWS;
    return states.flatMap((state) => (state.counts.rows === 0 ? [] : [this.#viewOf(state)]));
  }

  #applyToTable(message: TableMessage): void {
    const { generation, tableId } = message;
    const states = this.#tables.get(tableId);
    if (message.kind === "table") {
      this.#forget(tableId, generation);
      const table = new MirrorTable(tableId, generation, message.header);
      const others = this.#tables.get(tableId) ?? [];
      const all = [...others, { table, counts: NOTHING, view: undefined }];
      this.#tables.set(
        tableId,
        all.sort((a, b) => a.table.generation - b.table.generation),
      );
    } else if (message.kind === "table-withdrawn") {
      this.#forget(tableId, generation);
    } else {
      states?.findLast(({ table }) => table.generation === generation)?.table.apply(message);
    }
  }

  #forget(tableId: number, generation: number): void {
    const states = this.#tables.get(tableId);
    if (states?.some(({ table }) => table.generation === generation) !== true) return;
    const kept = states.filter(({ table }) => table.generation !== generation);
    if (kept.length === 0) this.#tables.delete(tableId);
    else this.#tables.set(tableId, kept);
  }

  /**
   * Takes the counts of newer generations first: whatever is seen of them, all of the older ones was stored before
   * and is seen too. Rows whose memory was not announced here yet wait, and those of the other generations with them:
   * an older state is consistent, half a newer one is not.
   */
  #currentStates(tableId: number): readonly TableState[] | undefined {
    let states = this.#tables.get(tableId);
    let counts = newestFirst(states);
    if (counts.some(({ batch }) => batch > this.#sequence)) {
      this.#drain();
      states = this.#tables.get(tableId);
      counts = newestFirst(states);
    }
    if (counts.every(({ batch }) => batch <= this.#sequence)) {
      states?.forEach((state, i) => {
        state.counts = counts[i]!;
      });
    }
    return states;
  }

  #viewOf(state: TableState): PinnedView {
    const { counts, table } = state;
    if (state.view?.rowCount === counts.rows) return state.view;
    const view = new PinnedView(table, counts, this.#viewOptions);
    this.#remember(counts.rows);
    state.view = view;
    return view;
  }

  #remember(rows: number): void {
    this.#rememberedRows += rows;
    if (this.#rememberedRows <= REMEMBERED_ROWS) return;
    for (const states of this.#tables.values()) {
      for (const state of states) {
        state.view = undefined;
        state.table.forgetComputed();
      }
    }
    this.#rememberedRows = rows;
  }
}

/** In the order of the states, taken in the opposite one. */
function newestFirst(states: readonly TableState[] | undefined): PublishedCounts[] {
  return (states ?? [])
    .toReversed()
    .map(({ table }) => table.counts())
    .reverse();
}

function randomSeed(): number {
  return Buffer.from(systemRandom(4)).readInt32LE(0);
}
