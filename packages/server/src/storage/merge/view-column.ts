import type { ColumnView, TableView } from "../../buffer/index.ts";
import { allSet, isSet } from "../bits/index.ts";
import type { RowPlaces } from "./row-places.ts";

const NO_WORDS = new Int32Array(0);

/** A field of a table in the buffer, by chunk. */
export interface ViewColumn {
  /** Undefined where no row of the chunk has a value. */
  readonly chunks: readonly (ColumnView | undefined)[];
  readonly words: readonly Int32Array[];
  /** Undefined where every row of the chunk has a value, or none. */
  readonly validity: readonly (Uint8Array | undefined)[];
  /** Every row of the table has a value. */
  readonly dense: boolean;
  /** Row → older row of the point whose value it shows. */
  readonly filledFrom: ReadonlyMap<number, number> | undefined;
}

/** Undefined: no row of the table has a value. */
export function viewColumn(view: TableView, columnId: number): ViewColumn | undefined {
  const chunks = view.chunks.map((chunk) => chunk.column(columnId));
  if (chunks.every((chunk) => chunk === undefined)) return undefined;
  const validity = chunks.map((column, chunk) =>
    column === undefined || allSet(column.validity, view.chunks[chunk]!.rowCount)
      ? undefined
      : column.validity,
  );
  return {
    chunks,
    words: chunks.map((column) => column?.words ?? NO_WORDS),
    validity,
    dense: chunks.every((column, chunk) => column !== undefined && validity[chunk] === undefined),
    filledFrom: view.sorted().filledFrom.get(columnId),
  };
}

/** For every row of a batch, where the value of a field is. */
export interface ValuePlaces {
  /** -1: NULL. */
  readonly chunks: Int32Array;
  readonly slots: Int32Array;
}

export function locateValues(column: ViewColumn, places: RowPlaces, to: ValuePlaces): void {
  const { rows, runCount, runChunks, runEnds, slots } = places;
  let i = 0;
  for (let run = 0; run < runCount; run++) {
    const chunk = runChunks[run]!;
    const end = runEnds[run]!;
    const bits = column.validity[chunk];
    const all = bits === undefined && column.chunks[chunk] !== undefined;
    for (; i < end; i++) {
      const slot = slots[i]!;
      const has = all || (bits !== undefined && isSet(bits, slot));
      const from = has ? undefined : column.filledFrom?.get(rows[i]!);
      if (from === undefined) {
        to.chunks[i] = has ? chunk : -1;
        to.slots[i] = slot;
      } else {
        to.chunks[i] = places.chunkOf(from);
        to.slots[i] = places.slotIn(to.chunks[i]!, from);
      }
    }
  }
}
