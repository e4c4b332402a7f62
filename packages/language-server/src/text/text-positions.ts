/** Columns count UTF-16 units, as LSP's default encoding and JavaScript's strings do. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** A stretch of a text as offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Converts between offsets and positions of one text. Lines end with \n, \r\n or \r. */
export class TextPositions {
  readonly #text: string;
  readonly #lineStarts: number[];

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = lineStarts(text);
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.#text.length));
    const line = this.#lineAt(clamped);
    return { line, character: clamped - this.#lineStarts[line]! };
  }

  /** A position behind the end of its line means the end of that line. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.#lineStarts[position.line];
    if (start === undefined) return this.#text.length;
    return Math.max(start, Math.min(start + position.character, this.#lineEnd(position.line)));
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.from), end: this.positionAt(span.to) };
  }

  spanOf(range: Range): Span {
    return { from: this.offsetAt(range.start), to: this.offsetAt(range.end) };
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Before the characters that end the line. */
  #lineEnd(line: number): number {
    const next = this.#lineStarts[line + 1];
    if (next === undefined) return this.#text.length;
    return this.#text.startsWith("\r\n", next - 2) && next - 2 >= this.#lineStarts[line]!
      ? next - 2
      : next - 1;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}
