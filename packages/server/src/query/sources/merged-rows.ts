import type { TableView } from "../../buffer/index.ts";
import type { ColumnBatch, DataFile, FileColumn, SortedRows } from "../../storage/index.ts";
import type { MergeWindow } from "./plan-source.ts";
import type { Span } from "./spans.ts";

/** Opens rows that are sorted by series and time, with the columns asked for, within a span. */
export interface RowOpener {
  ofFile(file: DataFile, columns: readonly FileColumn[], span: Span): SortedRows;
  ofView(view: TableView, columns: readonly FileColumn[], span: Span): SortedRows;
  /** Oldest first. */
  merged(inputs: readonly SortedRows[], columns: readonly FileColumn[]): SortedRows;
}

/** The merged rows of window after window; each window's sources are opened when its turn comes. */
export class MergedRows implements SortedRows {
  readonly #windows: readonly MergeWindow<TableView>[];
  readonly #columns: readonly FileColumn[];
  readonly #opener: RowOpener;
  #next = 0;
  #rows: SortedRows | undefined;

  constructor(windows: readonly MergeWindow<TableView>[], columns: readonly FileColumn[], opener: RowOpener) {
    this.#windows = windows;
    this.#columns = columns;
    this.#opener = opener;
  }

  next(): ColumnBatch | undefined {
    for (;;) {
      const batch = this.#rows?.next();
      if (batch !== undefined) return batch;
      const window = this.#windows[this.#next++];
      if (window === undefined) return undefined;
      this.#rows = this.#open(window);
    }
  }

  #open({ span, files, views }: MergeWindow<TableView>): SortedRows {
    const inputs = [
      ...files.map((file) => this.#opener.ofFile(file, this.#columns, span)),
      ...views.map((view) => this.#opener.ofView(view, this.#columns, span)),
    ];
    return this.#opener.merged(inputs, this.#columns);
  }
}

/** Batches that show only some of the columns, in another order. */
export class PickedColumns implements SortedRows {
  readonly #rows: SortedRows;
  readonly #places: readonly number[];

  constructor(rows: SortedRows, places: readonly number[]) {
    this.#rows = rows;
    this.#places = places;
  }

  next(): ColumnBatch | undefined {
    const batch = this.#rows.next();
    if (batch === undefined) return undefined;
    return { rowCount: batch.rowCount, columns: this.#places.map((place) => batch.columns[place]) };
  }
}
