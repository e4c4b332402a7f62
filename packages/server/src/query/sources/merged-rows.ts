import type { RowOrder, TableView } from "../../buffer/index.ts";
import type { ColumnBatch, DataFile, FileColumn, SortedRows } from "../../storage/index.ts";
import type { MergeWindow } from "./plan-source.ts";
import type { Span } from "./spans.ts";

/** Opens rows that are sorted by series and time, with the columns asked for, within a span. */
export interface RowOpener {
  ofFile(file: DataFile, columns: readonly FileColumn[], span: Span): SortedRows;
  ofView(view: TableView, columns: readonly FileColumn[], span: Span, rows: RowOrder): SortedRows;
  /** Oldest first. */
  merged(inputs: readonly SortedRows[], columns: readonly FileColumn[]): SortedRows;
}

export interface MergeReading {
  /** Ascending. */
  readonly windows: readonly MergeWindow<TableView>[];
  /** Time, tags in the order of the series key, and fields. */
  readonly columns: readonly FileColumn[];
  /** Which rows of a view to read, by series and time. */
  rowsOf(view: TableView): RowOrder;
}

/** The merged rows of window after window; each window's sources are opened when its turn comes. */
export class MergedRows implements SortedRows {
  readonly #reading: MergeReading;
  readonly #opener: RowOpener;
  #next = 0;
  #rows: SortedRows | undefined;

  constructor(reading: MergeReading, opener: RowOpener) {
    this.#reading = reading;
    this.#opener = opener;
  }

  next(): ColumnBatch | undefined {
    for (;;) {
      const batch = this.#rows?.next();
      if (batch !== undefined) return batch;
      const window = this.#reading.windows[this.#next++];
      if (window === undefined) return undefined;
      this.#rows = this.#open(window);
    }
  }

  #open({ span, files, views }: MergeWindow<TableView>): SortedRows {
    const { columns, rowsOf } = this.#reading;
    const inputs = [
      ...files.map((file) => this.#opener.ofFile(file, columns, span)),
      ...views.map((view) => this.#opener.ofView(view, columns, span, rowsOf(view))),
    ];
    return this.#opener.merged(inputs, columns);
  }
}
