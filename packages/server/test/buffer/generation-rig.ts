import fc from "fast-check";
import { BufferMirror, BufferStore, type TableBuffer, type TableView } from "#src/buffer/index.js";
import { type ReadAs, type ReadRow, readRows } from "./read-view.ts";
import { type WrittenRow, writeRow } from "./write-rows.ts";

const COLUMNS: Record<number, ReadAs> = { 3: "float", 4: "integer", 5: "string" };
const TAGS = 2;

export const aRow: fc.Arbitrary<WrittenRow> = fc.record({
  tags: fc.tuple(fc.constantFrom("a", "b", null), fc.constantFrom("", "ü", null)),
  time: fc.bigInt({ min: -3n, max: 9n }),
  fields: fc
    .record(
      { 3: fc.double({ noNaN: true }), 4: fc.bigInt({ min: 0n, max: 99n }), 5: fc.string({ maxLength: 30 }) },
      { requiredKeys: [] },
    )
    .map((fields) => ({ ...fields }) as WrittenRow["fields"]),
});
export function connect() {
  const store = new BufferStore({ hashSeed: 7 });
  const mirror = new BufferMirror({ hashSeed: 9 });
  store.onMessage((batch) => mirror.apply(batch));
  return { store, mirror };
}

export const row = (
  host: string | null,
  time: bigint,
  fields: WrittenRow["fields"] = { 3: 1 },
): WrittenRow => ({
  tags: [host, null],
  time,
  fields,
});
export const rowsOf = (view: TableView): ReadRow[] => readRows(view, TAGS, COLUMNS);
export const shown = (mirror: BufferMirror, tableId = 1): ReadRow[][] => mirror.views(tableId).map(rowsOf);

export function write(store: BufferStore, rows: readonly WrittenRow[], tableId = 1): TableBuffer {
  const table = store.openTable(tableId);
  for (const one of rows) writeRow(table, one);
  return table;
}

export function publish(store: BufferStore, ...tables: TableBuffer[]): void {
  store.publish(tables.map((table) => [table, table.position()] as const));
}

/** The tags that a row has: their indexes and values. */
export function present(tags: WrittenRow["tags"]): [number[], string[]] {
  const indexes = tags.flatMap((value, index) => (value === null ? [] : [index]));
  return [indexes, indexes.map((index) => tags[index]!)];
}

/** Writes and publishes. */
export function writeDurably(store: BufferStore, rows: readonly WrittenRow[], tableId = 1): void {
  publish(store, write(store, rows, tableId));
}
