import type { RowOrder, TableView } from "#src/buffer/index.js";
import type { FieldValue } from "./write-rows.ts";

/** How a test wants a column's eight bytes read. */
export type ReadAs = "float" | "integer" | "unsigned" | "boolean" | "string";

export interface ReadRow {
  tags: (string | null)[];
  time: bigint;
  fields: Record<number, FieldValue>;
}

const text = new TextDecoder();

/** Every surviving row of the view, merged, in the view's order. */
export function readRows(view: TableView, tagCount: number, columns: Record<number, ReadAs>): ReadRow[] {
  return readOrder(view, view.order, tagCount, columns);
}

/** The rows that the order names: slow and obvious. */
export function readOrder(
  view: TableView,
  order: RowOrder | null,
  tagCount: number,
  columns: Record<number, ReadAs>,
): ReadRow[] {
  const rows = order?.rows ?? Int32Array.from({ length: view.rowCount }, (_, row) => row);
  return Array.from(rows, (row) => {
    const fields: ReadRow["fields"] = {};
    for (const [id, readAs] of Object.entries(columns)) {
      const columnId = Number(id);
      const from = order?.filledFrom.get(columnId)?.get(row) ?? row;
      const value = readValue(view, columnId, readAs, from);
      if (value !== undefined) fields[columnId] = value;
    }
    const chunk = chunkOf(view, row);
    const series = chunk.series[row - chunk.firstRow]!;
    const tags = Array.from({ length: tagCount }, (_, tag) => {
      const id = view.tagValueIds(tag)[series]!;
      return id < 0 ? null : view.tagDictionary(tag)[id]!;
    });
    return { tags, time: chunk.time[row - chunk.firstRow]!, fields };
  });
}

function chunkOf(view: TableView, row: number) {
  return view.chunks.find((chunk) => row < chunk.firstRow + chunk.rowCount)!;
}

function readValue(view: TableView, columnId: number, readAs: ReadAs, row: number) {
  const chunk = chunkOf(view, row);
  const column = chunk.column(columnId);
  const slot = row - chunk.firstRow;
  if (column === undefined || (column.validity[slot >> 3]! & (1 << (slot & 7))) === 0) return undefined;
  if (readAs === "string") return text.decode(column.stringBytes(slot).slice());
  const { buffer, byteOffset } = column.words;
  const at = byteOffset + slot * 8;
  if (readAs === "float") return new Float64Array(buffer, at, 1)[0]!;
  if (readAs === "boolean") return column.words[slot * 2] === 1;
  if (readAs === "unsigned") return new BigUint64Array(buffer, at, 1)[0]!;
  return new BigInt64Array(buffer, at, 1)[0]!;
}
