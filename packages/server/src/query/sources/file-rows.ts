import type { RowOrder, TableView } from "../../buffer/index.ts";
import {
  type DataFile,
  type FileColumn,
  mergeSorted,
  type SortedRows,
  viewRows,
} from "../../storage/index.ts";
import { rowsWithin } from "../execute/index.ts";
import type { RowOpener } from "./merged-rows.ts";
import { covers, hullOf, type Span } from "./spans.ts";

/** Opens rows of files and of the buffer for merging. */
export class FileRows implements RowOpener {
  readonly #pathOf: (file: DataFile) => string;

  constructor(pathOf: (file: DataFile) => string) {
    this.#pathOf = pathOf;
  }

  ofFile(file: DataFile, _columns: readonly FileColumn[], _span: Span): SortedRows {
    throw new Error(`${this.#pathOf(file)} cannot be merged yet`);
  }

  ofView(view: TableView, columns: readonly FileColumn[], span: Span, order: RowOrder): SortedRows {
    const days = view.days().map((day) => ({ minNs: day.minTimeNs, maxNs: day.maxTimeNs }));
    const rows = covers(span, hullOf(days)) ? order.rows : rowsWithin(view, order, span);
    return viewRows(view, columns, { rows });
  }

  merged(inputs: readonly SortedRows[], columns: readonly FileColumn[]): SortedRows {
    return mergeSorted(inputs, columns);
  }

  close(): void {}
}
