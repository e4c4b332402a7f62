import { chunkOfRow, NO_TAG } from "../layout/index.ts";
import type { ChunkView, ColumnView, DayRange, RowOrder, TableView } from "../types.ts";
import { findDuplicates } from "./duplicates.ts";
import type { MirrorChunk } from "./mirror-chunk.ts";
import type { MirrorTable, PublishedCounts } from "./mirror-table.ts";
import { survivors } from "./row-order.ts";
import type { RowSource } from "./row-source.ts";
import { orderBySeries, orderOfSeries } from "./series-order.ts";

export interface ViewOptions {
  /** Tables up to this many rows are always shown in the order of series key and time. */
  sortRowsUpTo: number;
  hashSeed: number;
}

/** A table as it was at one moment. It stays what it is, whatever is written or dropped later. */
export class PinnedView implements TableView {
  readonly generation: number;
  readonly tableId: number;
  readonly rowCount: number;
  readonly seriesCount: number;
  readonly chunks: readonly ChunkView[];
  readonly #table: MirrorTable;
  readonly #source: RowSource;
  readonly #options: ViewOptions;
  #order: RowOrder | null | undefined;
  #sorted: RowOrder | undefined;
  #days: readonly DayRange[] | undefined;

  constructor(table: MirrorTable, counts: PublishedCounts, options: ViewOptions) {
    this.generation = table.generation;
    this.tableId = table.tableId;
    this.rowCount = counts.rows;
    this.seriesCount = counts.series;
    this.#table = table;
    this.#options = options;
    const chunks = counts.rows === 0 ? [] : table.chunks.slice(0, chunkOfRow(counts.rows - 1) + 1);
    const lateRows = rowsBelow(counts.rows, table.lateRows.subarray(0, counts.lateRows));
    this.#source = { rowCount: counts.rows, seriesCount: counts.series, chunks, lateRows };
    this.chunks = chunks.map(
      (chunk) => new PinnedChunk(chunk, Math.min(counts.rows - chunk.firstRow, chunk.capacity)),
    );
  }

  get order(): RowOrder | null {
    // `null` is an answer too, and one that can take long to find.
    if (this.#order === undefined) this.#order = this.#findOrder();
    return this.#order;
  }

  tagValueIds(tagIndex: number): Int32Array {
    const tag = this.#table.tag(tagIndex);
    return tag === undefined
      ? new Int32Array(this.seriesCount).fill(NO_TAG)
      : tag.ids.subarray(0, this.seriesCount);
  }

  tagDictionary(tagIndex: number): readonly string[] {
    return this.#table.tag(tagIndex)?.dictionary(this.seriesCount) ?? [];
  }

  days(): readonly DayRange[] {
    this.#days ??= this.#table.daysOf(this.#source);
    return this.#days;
  }

  sorted(): RowOrder {
    this.#sorted ??= orderBySeries(this.#source, this.#table.ranks(this.seriesCount));
    return this.#sorted;
  }

  seriesWhere(tagIndex: number, value: string | null): Int32Array {
    const tag = this.#table.tag(tagIndex);
    if (tag !== undefined) return tag.seriesWhere(value, this.seriesCount);
    return Int32Array.from({ length: value === null ? this.seriesCount : 0 }, (_, series) => series);
  }

  rowsOfSeries(series: Int32Array): RowOrder {
    const links = this.#table.linksTo(this.#source);
    if (series.length < 2) return orderOfSeries(this.#source, links, series);
    const ranks = this.#table.ranks(this.seriesCount);
    return orderOfSeries(
      this.#source,
      links,
      series.toSorted((a, b) => ranks[a]! - ranks[b]!),
    );
  }

  #findOrder(): RowOrder | null {
    if (this.rowCount <= this.#options.sortRowsUpTo) return this.sorted();
    const duplicates = findDuplicates(this.#source, this.#options.hashSeed);
    if (duplicates === null) return null;
    const { replaced, replacedCount, filledFrom } = duplicates;
    return { rows: survivors(this.rowCount, replaced, replacedCount), filledFrom };
  }
}

/** Rows that came late after the count was published are above it, at the end of the ascending list. */
function rowsBelow(rowCount: number, rows: Int32Array): Int32Array {
  let end = rows.length;
  while (end > 0 && rows[end - 1]! >= rowCount) end--;
  return rows.subarray(0, end);
}

class PinnedChunk implements ChunkView {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly time: BigInt64Array;
  readonly series: Int32Array;
  readonly #chunk: MirrorChunk;

  constructor(chunk: MirrorChunk, rowCount: number) {
    this.#chunk = chunk;
    this.firstRow = chunk.firstRow;
    this.rowCount = rowCount;
    this.time = chunk.time.subarray(0, rowCount);
    this.series = chunk.series.subarray(0, rowCount);
  }

  column(columnId: number): ColumnView | undefined {
    return this.#chunk.column(columnId);
  }
}
