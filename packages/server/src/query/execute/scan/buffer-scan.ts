import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";
import type { ColumnView, RowOrder, TableView } from "../../../buffer/index.ts";
import type { DataChunk, NativeVector } from "../native.ts";
import { type FieldColumn, fillField } from "./fill-field.ts";
import { fillTags, fillTime } from "./fill-keys.ts";
import type { ScanCursor, ScanSource, TimeRange } from "./scan-source.ts";
import { setAllNull } from "./scratch.ts";
import { RowSelector, type Selection } from "./selection.ts";
import type { TagEntries } from "./strings.ts";

/** A column of a stored table, by its index in the schema that users see. */
export type StoredColumn =
  | { readonly kind: "time"; readonly type: SqlType; readonly columnId: number }
  | { readonly kind: "tag"; readonly type: SqlType; readonly columnId: number; readonly tagIndex: number }
  | { readonly kind: "field"; readonly type: SqlType; readonly columnId: number };

/** For a column that nobody looks at: only strings must be in a sound state, because they hold addresses. */
function placeholder(column: StoredColumn | undefined): ColumnFill {
  return column === undefined || column.type.kind === "utf8" ? setNulls : () => {};
}

/** Where the ready-made entries of a view's tag dictionaries are kept between queries. */
export type TagEntriesOf = (view: TableView, tagIndex: number) => TagEntries;

export interface BufferRead {
  readonly view: TableView;
  /** The rows to show and their order; null: all of them as they lie. */
  readonly order: RowOrder | null;
  readonly columns: readonly StoredColumn[];
  /** Indexes of the columns that anybody looks at. */
  readonly used: readonly number[];
  /** Only rows within any of them are delivered. */
  readonly ranges: readonly TimeRange[];
  readonly tagEntriesOf: TagEntriesOf;
}

/** Reads rows of a pinned view of a table in the buffer. */
export function bufferScan(read: BufferRead): ScanSource {
  const { view, order, columns, used } = read;
  // Rows under way point into the entries' memory: it must not go before the scan does.
  const kept = new Set<TagEntries>();
  const tagEntriesOf: TagEntriesOf = (of, tagIndex) => {
    const entries = read.tagEntriesOf(of, tagIndex);
    kept.add(entries);
    return entries;
  };
  return {
    columns: columns.map((column) => column.type),
    rowCount: order === null ? view.rowCount : order.rows.length,
    open(projection) {
      // To count rows DuckDB asks for the first column and never looks at it.
      const onlyCounts = projection.length === 1 && !used.includes(projection[0]!);
      const fills = projection.map((index) =>
        onlyCounts ? placeholder(columns[index]) : columnFill({ ...read, tagEntriesOf }, columns[index]),
      );
      return new BufferCursor(read, fills);
    },
  };
}

type ColumnFill = (vector: NativeVector, selection: Selection) => void;

class BufferCursor implements ScanCursor {
  readonly #selector: RowSelector;
  readonly #fills: readonly ColumnFill[];

  constructor({ view, order, ranges }: BufferRead, fills: readonly ColumnFill[]) {
    this.#selector = new RowSelector(view, order, ranges);
    this.#fills = fills;
  }

  fill(chunk: DataChunk): number {
    if (!this.#selector.next()) return 0;
    const { selection } = this.#selector;
    this.#fills.forEach((fill, i) => {
      fill(duckdb.data_chunk_get_vector(chunk, i), selection);
    });
    return selection.count;
  }
}

const setNulls: ColumnFill = (vector, selection) => setAllNull(vector, selection.count);

function columnFill(read: BufferRead, column: StoredColumn | undefined): ColumnFill {
  const { view, tagEntriesOf } = read;
  // DuckDB numbers its own hidden columns (a row id) beyond those of the table.
  if (column === undefined) return setNulls;
  switch (column.kind) {
    case "time":
      return (vector, selection) => fillTime(vector, view.chunks, selection);
    case "tag": {
      const valueIds = view.tagValueIds(column.tagIndex);
      const entries = tagEntriesOf(view, column.tagIndex).upTo(view.tagDictionary(column.tagIndex));
      return (vector, selection) => fillTags(vector, view.chunks, selection, valueIds, entries);
    }
    case "field": {
      const field = fieldColumn(read, column.columnId, column.type);
      if (field === undefined) return setNulls;
      return (vector, selection) => fillField(vector, field, selection);
    }
  }
}

/** Undefined when no row of the table has a value. */
function fieldColumn({ view, order }: BufferRead, columnId: number, type: SqlType): FieldColumn | undefined {
  const views: (ColumnView | undefined)[] = view.chunks.map((chunk) => chunk.column(columnId));
  if (views.every((column) => column === undefined)) return undefined;
  return { type, chunks: view.chunks, views, filledFrom: order?.filledFrom.get(columnId) };
}
