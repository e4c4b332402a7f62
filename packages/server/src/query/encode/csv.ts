import { type Batch, isValid, type ResultColumn, type StringSlices, type Vector } from "../result/index.ts";
import { ByteWriter } from "./byte-writer.ts";
import { type CellWriter, cellWriter } from "./cells.ts";
import type { RowEncoder } from "./encoder.ts";

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Header and rows; fields are quoted only where RFC 4180 needs it. A result without rows is an empty body. */
export function csvEncoder(columns: readonly ResultColumn[]): RowEncoder {
  const cell = new ByteWriter(256);
  let current: Batch | undefined;
  let writers: CellWriter[] = [];
  let headerWritten = false;

  const writeHeader = (out: ByteWriter): void => {
    headerWritten = true;
    columns.forEach((column, i) => {
      if (i > 0) out.byte(COMMA);
      const name = Buffer.from(column.name);
      writeField(out, name, 0, name.length);
    });
    out.byte(NEWLINE);
  };

  return {
    contentType: "text/csv",
    full: false,
    begin() {},
    rows(batch, fromRow, out, stopBytes) {
      if (batch !== current) {
        current = batch;
        writers = batch.vectors.map((vector) => fieldWriter(vector, cell));
      }
      if (!headerWritten && batch.rowCount > 0) writeHeader(out);
      let row = fromRow;
      for (; row < batch.rowCount && out.length < stopBytes; row++) {
        const rowStart = out.length;
        for (let column = 0; column < writers.length; column++) {
          if (column > 0) out.byte(COMMA);
          if (isValid(batch.vectors[column]!, row)) writers[column]!(row, out);
        }
        // An empty line would be no record at all, so a lone empty field is written as a quoted one.
        if (out.length === rowStart) out.ascii('""');
        out.byte(NEWLINE);
      }
      return row;
    },
    end: () => true,
  };
}

/** Numbers and times never need quotes; strings and nested values are looked at first. */
function fieldWriter(vector: Vector, cell: ByteWriter): CellWriter {
  const { data } = vector;
  if (data.layout === "strings" && vector.type.kind !== "binary") return stringField(data.strings);
  const write = cellWriter(vector, "text");
  if (data.layout !== "lists" && data.layout !== "structs") return write;
  return (row, out) => {
    cell.clear();
    write(row, cell);
    writeField(out, cell.view(), 0, cell.length);
  };
}

function stringField(strings: StringSlices): CellWriter {
  const { buffers, bufferOf, starts, lengths } = strings;
  return (row, out) => writeField(out, buffers[bufferOf[row]!]!, starts[row]!, starts[row]! + lengths[row]!);
}

function writeField(out: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  if (!needsQuotes(bytes, start, end)) {
    out.raw(bytes, start, end);
    return;
  }
  out.byte(QUOTE);
  let copied = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== QUOTE) continue;
    out.raw(bytes, copied, i + 1);
    out.byte(QUOTE);
    copied = i + 1;
  }
  out.raw(bytes, copied, end);
  out.byte(QUOTE);
}

function needsQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === COMMA || byte === QUOTE || byte === NEWLINE || byte === CARRIAGE_RETURN) return true;
  }
  return false;
}
