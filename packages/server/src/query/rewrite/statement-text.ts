/** Text of a statement for the engine; a number stands for the base table at that position of the query's sources. */
export type StatementText = readonly (string | number)[];

/** No printed text holds a NUL: it would end a statement early. */
const MARK = "\0";

/** Stands for a source while a statement is put together as one text. */
export function sourceMark(index: number): string {
  return `${MARK}${index}${MARK}`;
}

export function splitAtSources(text: string): StatementText {
  return text.split(MARK).map((piece, i) => (i % 2 === 0 ? piece : Number(piece)));
}

/** The statement with every base table replaced by what `sourceText` gives for its position. */
export function joinSources(text: StatementText, sourceText: (index: number) => string): string {
  return text.map((piece) => (typeof piece === "number" ? sourceText(piece) : piece)).join("");
}
