import { initParser, PlanError, parseStatements, type SourceSpan, type Statement } from "@millrace/sql";
import type { Span } from "../../text/index.ts";
import { LinePositions } from "./line-positions.ts";

export type ParsedSql =
  | { readonly statements: readonly Statement[]; readonly spanOf: (span: SourceSpan) => Span }
  | { readonly problem: SyntaxProblem };

export interface SyntaxProblem {
  readonly message: string;
  /** Where the parser stopped; undefined: at the end. */
  readonly at: number | undefined;
}

const PLACE = / at Line: (\d+), Column: (\d+)\.?$/;

let isReady = false;
const ready = initParser().then(() => {
  isReady = true;
});
// Who waits for the parser is told what is wrong with it.
ready.catch(() => {});

/** Resolves when SQL can be parsed. */
export function parserReady(): Promise<void> {
  return ready;
}

/** False in the first moments after the start. */
export function isParserReady(): boolean {
  return isReady;
}

/** Parses SQL; what is wrong comes with its place as an offset in the text. */
export function parseSql(text: string): ParsedSql {
  const positions = new LinePositions(text);
  try {
    const spanOf = ({ start, end }: SourceSpan): Span => ({
      from: positions.offsetOf(start.line, start.column),
      to: positions.offsetOf(end.line, end.column),
    });
    return { statements: parseStatements(text), spanOf };
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return { problem: readProblem(error.message, positions) };
  }
}

/** The message as the parser said it: errors of the database wrap and quote it. */
function readProblem(message: string, positions: LinePositions): SyntaxProblem {
  const wrapped = /^SQL error: \w+\("([\s\S]*)"\)$/.exec(message)?.[1];
  const said = wrapped === undefined ? message : unquoted(wrapped);
  const place = PLACE.exec(said);
  if (place === null) return { message: said, at: undefined };
  return {
    message: said.slice(0, place.index),
    at: positions.offsetOf(Number(place[1]), Number(place[2])),
  };
}

function unquoted(text: string): string {
  const meanings: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  return text.replace(/\\(.)/g, (_, letter: string) => meanings[letter] ?? letter);
}
