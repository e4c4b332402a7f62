import { ByteWriter } from "./byte-writer.ts";
import { displayWidth } from "./display-width.ts";

/** Marks a cell of several lines in the list of widths. */
const SEVERAL_LINES = -1;
const NEWLINE = 0x0a;

/** The cells of a table that is still growing: their text in one piece of memory, not a string each. */
export class TableCells {
  readonly #columnCount: number;
  readonly #mostBytes: number;
  /** The text of the next cell is written here, then the cell is ended. */
  readonly text = new ByteWriter();
  /** Two numbers a cell: where its text ends, and how wide it is. */
  #cells = new Int32Array(1024);
  #cellCount = 0;
  readonly #widths: number[];
  #lineCount = 3;
  rowCount = 0;
  /** The last row did not fit and was dropped; no further row is taken. */
  full = false;

  constructor(columnCount: number, mostBytes: number) {
    this.#columnCount = columnCount;
    this.#mostBytes = mostBytes;
    this.#widths = new Array<number>(columnCount).fill(0);
  }

  endCell(): void {
    if (this.#cellCount * 2 === this.#cells.length) {
      const grown = new Int32Array(this.#cells.length * 2);
      grown.set(this.#cells);
      this.#cells = grown;
    }
    this.#cells[this.#cellCount * 2] = this.text.length;
    this.#cells[this.#cellCount * 2 + 1] = this.#width(this.#start(this.#cellCount), this.text.length);
    this.#cellCount++;
  }

  /** Keeps the row made of the last cells if the table drawn with it stays within its bound. */
  endRow(): void {
    const first = this.rowCount * this.#columnCount;
    let lines = 1;
    let tableWidth = 2;
    for (let i = 0; i < this.#columnCount; i++) {
      let width = this.#cells[(first + i) * 2 + 1]!;
      if (width === SEVERAL_LINES) {
        const parts = this.#cellText(first + i).split("\n");
        lines = Math.max(lines, parts.length);
        width = parts.reduce((widest, part) => Math.max(widest, displayWidth(part)), 0);
      }
      this.#widths[i] = Math.max(this.#widths[i]!, width);
      tableWidth += this.#widths[i]! + 3;
    }
    if (this.rowCount > 0 && (this.#lineCount + lines) * tableWidth > this.#mostBytes) {
      this.full = true;
      return;
    }
    this.#lineCount += lines;
    this.rowCount++;
  }

  rule(): string {
    return `+${this.#widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  }

  drawRow(row: number, out: ByteWriter): void {
    const first = row * this.#columnCount;
    for (let i = 0; i < this.#columnCount; i++) {
      if (this.#cells[(first + i) * 2 + 1] === SEVERAL_LINES) {
        this.#drawLines(first, out);
        return;
      }
    }
    for (let i = 0; i < this.#columnCount; i++) {
      out.ascii(i === 0 ? "| " : " | ");
      out.copyFrom(this.text, this.#start(first + i), this.#cells[(first + i) * 2]!);
      out.repeat(0x20, this.#widths[i]! - this.#cells[(first + i) * 2 + 1]!);
    }
    out.ascii(" |\n");
  }

  #drawLines(first: number, out: ByteWriter): void {
    const cells = this.#widths.map((_, i) => this.#cellText(first + i).split("\n"));
    const height = cells.reduce((highest, parts) => Math.max(highest, parts.length), 1);
    for (let line = 0; line < height; line++) {
      cells.forEach((parts, i) => {
        const text = parts[line] ?? "";
        out.ascii(i === 0 ? "| " : " | ");
        out.utf8(text);
        out.repeat(0x20, this.#widths[i]! - displayWidth(text));
      });
      out.ascii(" |\n");
    }
  }

  #start(cell: number): number {
    return cell === 0 ? 0 : this.#cells[cell * 2 - 2]!;
  }

  #cellText(cell: number): string {
    return this.text.text(this.#start(cell), this.#cells[cell * 2]!);
  }

  #width(start: number, end: number): number {
    let plain = true;
    for (let i = start; i < end; i++) {
      const byte = this.text.byteAt(i);
      if (byte === NEWLINE) return SEVERAL_LINES;
      if (byte < 0x20 || byte > 0x7e) plain = false;
    }
    return plain ? end - start : displayWidth(this.text.text(start, end));
  }
}
