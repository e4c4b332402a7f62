import type { Position, Range, Span, TextPositions } from "../text/index.ts";

/** Text that the type checker sees and the user does not. It never contains a line end. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
  /** What a message about the inserted text belongs to, in the user's text. */
  readonly subject: Span;
}

interface PlacedInsertion {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly subject: Span;
}

/** A text with insertions, and the way between its positions and those of the user's text. */
export class TypedText {
  readonly text: string;
  readonly #positions: TextPositions;
  readonly #byLine = new Map<number, PlacedInsertion[]>();

  constructor(source: string, positions: TextPositions, insertions: readonly Insertion[]) {
    this.#positions = positions;
    let text = "";
    let copied = 0;
    for (const insertion of [...insertions].sort((a, b) => a.offset - b.offset)) {
      text += source.slice(copied, insertion.offset) + insertion.text;
      copied = insertion.offset;
      const { line, character } = positions.positionAt(insertion.offset);
      const placed = { line, character, length: insertion.text.length, subject: insertion.subject };
      const others = this.#byLine.get(line);
      if (others === undefined) this.#byLine.set(line, [placed]);
      else others.push(placed);
    }
    this.text = text + source.slice(copied);
  }

  toTyped(position: Position): Position {
    let shift = 0;
    for (const insertion of this.#on(position.line)) {
      if (insertion.character < position.character) shift += insertion.length;
    }
    return { line: position.line, character: position.character + shift };
  }

  /** A position inside an insertion becomes the place of the insertion. */
  toUser(position: Position): Position {
    let shift = 0;
    for (const insertion of this.#on(position.line)) {
      const start = insertion.character + shift;
      if (position.character <= start) break;
      if (position.character <= start + insertion.length) {
        return { line: position.line, character: insertion.character };
      }
      shift += insertion.length;
    }
    return { line: position.line, character: position.character - shift };
  }

  toUserRange(range: Range): Range {
    return { start: this.toUser(range.start), end: this.toUser(range.end) };
  }

  /** What a range wholly inside an insertion is about; undefined for any other range. */
  subjectOf(range: Range): Range | undefined {
    if (range.start.line !== range.end.line) return undefined;
    let shift = 0;
    for (const insertion of this.#on(range.start.line)) {
      const start = insertion.character + shift;
      if (range.start.character >= start && range.end.character <= start + insertion.length) {
        return this.#positions.rangeOf(insertion.subject);
      }
      shift += insertion.length;
    }
    return undefined;
  }

  #on(line: number): readonly PlacedInsertion[] {
    return this.#byLine.get(line) ?? [];
  }
}
