import type { RowOrder, TableView } from "../../buffer/index.ts";
import { type OpenLocalFile, openLocalFile } from "../../object-store/index.ts";
import {
  type DataFile,
  type FileColumn,
  mergeSorted,
  type ParquetContents,
  ParquetFile,
  type SortedRows,
  viewRows,
} from "../../storage/index.ts";
import { fileFailure, rowsWithin } from "../execute/index.ts";
import { FileSpan } from "./file-span.ts";
import type { RowOpener } from "./merged-rows.ts";
import { covers, hullOf, type Span } from "./spans.ts";

/** Opens rows of files and of the buffer for merging. */
export class LocalRows implements RowOpener {
  readonly #pathOf: (file: DataFile) => string;
  readonly #handles = new Map<DataFile, OpenLocalFile>();

  constructor(pathOf: (file: DataFile) => string) {
    this.#pathOf = pathOf;
  }

  ofFile(file: DataFile, columns: readonly FileColumn[], span: Span): SortedRows {
    const rows = this.#reading(file, () => new FileSpan(this.#contentsOf(file), columns, span));
    return { next: () => this.#reading(file, () => rows.next()) };
  }

  ofView(view: TableView, columns: readonly FileColumn[], span: Span, order: RowOrder): SortedRows {
    const days = view.days().map((day) => ({ minNs: day.minTimeNs, maxNs: day.maxTimeNs }));
    const rows = covers(span, hullOf(days)) ? order.rows : rowsWithin(view, order, span);
    return viewRows(view, columns, { rows });
  }

  merged(inputs: readonly SortedRows[], columns: readonly FileColumn[]): SortedRows {
    return mergeSorted(inputs, columns);
  }

  close(): void {
    for (const handle of this.#handles.values()) handle.close();
    this.#handles.clear();
  }

  /** Each reader of a file has its own contents, because what it reads is valid only until it reads more. */
  #contentsOf(file: DataFile): ParquetContents {
    let handle = this.#handles.get(file);
    if (handle === undefined) {
      handle = openLocalFile(this.#pathOf(file));
      this.#handles.set(file, handle);
    }
    return ParquetFile.open(handle, file.key);
  }

  /** Whatever goes wrong names the file as it is called in the store. */
  #reading<T>(file: DataFile, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const reason = (error as Error).message.replaceAll(this.#pathOf(file), file.key);
      throw fileFailure(file.key, reason);
    }
  }
}
