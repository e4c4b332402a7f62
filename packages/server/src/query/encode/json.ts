import { type Batch, isValid, type ResultColumn } from "../result/index.ts";
import { ByteWriter } from "./byte-writer.ts";
import { type CellWriter, cellWriter } from "./cells.ts";
import type { RowEncoder } from "./encoder.ts";
import { writeJsonText } from "./json-text.ts";

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** `json`: one array of objects. `jsonl`: one object a line. Columns that are NULL are left out of a row. */
export function jsonEncoder(columns: readonly ResultColumn[], lines: boolean): RowEncoder {
  const keys = columns.map((column) => keyBytes(column.name));
  let current: Batch | undefined;
  let writers: CellWriter[] = [];
  let rowsWritten = 0;

  return {
    contentType: lines ? "application/jsonl" : "application/json",
    full: false,
    begin(out) {
      if (!lines) out.byte(0x5b);
    },
    rows(batch, fromRow, out, stopBytes) {
      if (batch !== current) {
        current = batch;
        writers = batch.vectors.map((vector) => cellWriter(vector, "json"));
      }
      let row = fromRow;
      for (; row < batch.rowCount && out.length < stopBytes; row++) {
        if (!lines && rowsWritten > 0) out.byte(COMMA);
        writeObject(batch, row, keys, writers, out);
        if (lines) out.byte(NEWLINE);
        rowsWritten++;
      }
      return row;
    },
    end(out) {
      if (!lines) out.byte(0x5d);
      return true;
    },
  };
}

function writeObject(
  batch: Batch,
  row: number,
  keys: readonly Uint8Array[],
  writers: readonly CellWriter[],
  out: ByteWriter,
): void {
  out.byte(OPEN);
  let first = true;
  for (let column = 0; column < writers.length; column++) {
    if (!isValid(batch.vectors[column]!, row)) continue;
    if (first) first = false;
    else out.byte(COMMA);
    out.raw(keys[column]!);
    writers[column]!(row, out);
  }
  out.byte(CLOSE);
}

/** The key with its quotes and colon, ready to be copied into every row. */
function keyBytes(name: string): Uint8Array {
  const out = new ByteWriter(name.length + 16);
  writeJsonText(out, name);
  out.byte(0x3a);
  return out.take();
}
