/** Offsets of what SQL's parser says by line and column: it counts both from 1, and columns in code points. */
export class LinePositions {
  readonly #text: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
  }

  offsetOf(line: number, column: number): number {
    const start = this.#lineStarts[line - 1] ?? this.#text.length;
    let offset = start;
    for (let left = column - 1; left > 0 && offset < this.#text.length; left--) {
      offset += this.#text.codePointAt(offset)! > 0xffff ? 2 : 1;
    }
    return offset;
  }
}
