/** Plugin text with places marked in it. */
export interface MarkedText {
  /** Without the markers. */
  readonly text: string;
  /** Where `‸` stood, in order. */
  readonly cursors: readonly number[];
  /** What `«…»` stood around, in order. */
  readonly ranges: readonly { from: number; to: number }[];
}

/**
 * Reads fixtures: `‸` marks a cursor, `«…»` a range. Neither is part of Python. A first line break and the indentation
 * of the first line are left out, so that fixtures can stand indented in tests.
 */
export function readMarkers(fixture: string): MarkedText {
  const source = dedent(fixture);
  let text = "";
  const cursors: number[] = [];
  const ranges: { from: number; to: number }[] = [];
  const open: number[] = [];
  for (const character of source) {
    if (character === "‸") cursors.push(text.length);
    else if (character === "«") open.push(ranges.push({ from: text.length, to: -1 }) - 1);
    else if (character === "»") ranges[open.pop()!]!.to = text.length;
    else text += character;
  }
  if (open.length > 0) throw new Error(`a range is not closed in: ${fixture}`);
  return { text, cursors, ranges };
}

function dedent(fixture: string): string {
  if (!fixture.startsWith("\n")) return fixture;
  const lines = fixture.slice(1).split("\n");
  const indentation = /^[ \t]*/.exec(lines[0]!)![0];
  return lines
    .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart()))
    .join("\n");
}
