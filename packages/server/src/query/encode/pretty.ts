import { isValid, type ResultColumn } from "../result/index.ts";
import { ByteWriter } from "./byte-writer.ts";
import { cellWriter } from "./cells.ts";
import { displayWidth } from "./display-width.ts";
import type { RowEncoder } from "./encoder.ts";

/** A table is drawn only when its last row is known, so its size must have a bound. */
const MOST_TABLE_CHARACTERS = 32 * 1024 * 1024;

/** `pretty`: a table drawn in ASCII. What does not fit the bound is left out, and a note below the table says so. */
export function prettyEncoder(
  columns: readonly ResultColumn[],
  mostCharacters = MOST_TABLE_CHARACTERS,
): RowEncoder {
  const widths = columns.map((column) => linesWidth(column.name));
  const rows: string[][] = [];
  const cell = new ByteWriter(256);
  let lineCount = 4;
  let full = false;

  const add = (cells: string[]): void => {
    const grown = cells.map((text, i) => Math.max(widths[i]!, linesWidth(text)));
    const lines = lineCount + Math.max(1, ...cells.map(countLines));
    if (lines * (grown.reduce((sum, width) => sum + width + 3, 1) + 1) > mostCharacters) {
      full = true;
      return;
    }
    lineCount = lines;
    for (const [i, width] of grown.entries()) widths[i] = width;
    rows.push(cells);
  };

  return {
    contentType: "text/plain; charset=utf-8",
    get full() {
      return full;
    },
    begin() {},
    rows(batch, fromRow) {
      const writers = batch.vectors.map((vector) => cellWriter(vector, "text"));
      for (let row = fromRow; row < batch.rowCount && !full; row++) {
        add(
          batch.vectors.map((vector, i) => {
            if (!isValid(vector, row)) return "";
            writers[i]!(row, cell);
            return Buffer.from(cell.take().buffer).toString();
          }),
        );
      }
      return batch.rowCount;
    },
    end(out) {
      if (rows.length === 0 && !full) {
        out.ascii("++\n++");
        return;
      }
      draw(out, columns, widths, rows);
      if (full) {
        const rest = "the table is too large to draw whole: use json, jsonl or csv, or add a LIMIT";
        out.ascii(`\nfirst ${rows.length} rows; ${rest}`);
      }
    },
  };
}

function draw(
  out: ByteWriter,
  columns: readonly ResultColumn[],
  widths: readonly number[],
  rows: readonly string[][],
): void {
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  out.ascii(`${rule}\n`);
  drawRow(
    out,
    columns.map((column) => column.name),
    widths,
  );
  out.ascii(`${rule}\n`);
  for (const row of rows) drawRow(out, row, widths);
  out.ascii(rule);
}

/** A cell with line breaks makes its row several lines high. */
function drawRow(out: ByteWriter, cells: readonly string[], widths: readonly number[]): void {
  const height = Math.max(1, ...cells.map(countLines));
  const lines = height === 1 ? undefined : cells.map((text) => text.split("\n"));
  for (let line = 0; line < height; line++) {
    for (let i = 0; i < cells.length; i++) {
      const text = lines === undefined ? cells[i]! : (lines[i]![line] ?? "");
      out.ascii(i === 0 ? "| " : " | ");
      out.utf8(text);
      out.ascii(" ".repeat(widths[i]! - displayWidth(text)));
    }
    out.ascii(" |\n");
  }
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function linesWidth(text: string): number {
  if (!text.includes("\n")) return displayWidth(text);
  return text.split("\n").reduce((widest, line) => Math.max(widest, displayWidth(line)), 0);
}
