import { isValid, type ResultColumn } from "../result/index.ts";
import { cellWriter } from "./cells.ts";
import type { RowEncoder } from "./encoder.ts";
import { TableCells } from "./table-cells.ts";

/** A table is drawn only when its last row is known, so its size must have a bound. */
const MOST_TABLE_BYTES = 32 * 1024 * 1024;

/** `pretty`: a table drawn in ASCII. What does not fit the bound is left out, and a note below the table says so. */
export function prettyEncoder(columns: readonly ResultColumn[], mostBytes = MOST_TABLE_BYTES): RowEncoder {
  const cells = new TableCells(columns.length, mostBytes);
  for (const column of columns) {
    cells.text.utf8(column.name);
    cells.endCell();
  }
  cells.endRow();
  let nextRow = 0;

  return {
    contentType: "text/plain; charset=utf-8",
    get full() {
      return cells.full;
    },
    begin() {},
    rows(batch, fromRow) {
      const writers = batch.vectors.map((vector) => cellWriter(vector, "text"));
      for (let row = fromRow; row < batch.rowCount && !cells.full; row++) {
        batch.vectors.forEach((vector, i) => {
          if (isValid(vector, row)) writers[i]!(row, cells.text);
          cells.endCell();
        });
        cells.endRow();
      }
      return batch.rowCount;
    },
    end(out, stopBytes) {
      if (cells.rowCount === 1 && !cells.full) {
        out.ascii("++\n++");
        return true;
      }
      if (nextRow === 0) out.ascii(`${cells.rule()}\n`);
      while (nextRow < cells.rowCount && out.length < stopBytes) {
        cells.drawRow(nextRow, out);
        if (nextRow === 0) out.ascii(`${cells.rule()}\n`);
        nextRow++;
      }
      if (nextRow < cells.rowCount) return false;
      out.ascii(cells.rule());
      if (cells.full) {
        const rest = "the table is too large to draw whole: use json, jsonl or csv, or add a LIMIT";
        out.ascii(`\nfirst ${cells.rowCount - 1} rows; ${rest}`);
      }
      return true;
    },
  };
}
