import { scanTokens, type Token } from "@millrace/sql";
import { nearest } from "../../analysis/index.ts";
import type { Span } from "../../text/index.ts";
import type { SqlText } from "../queries/index.ts";
import { KEYWORDS, STATEMENT_WORDS, type SyntaxProblem } from "../statement/index.ts";
import type { SqlFinding } from "./sql-finding.ts";

const CODE = "sql-syntax";

/** What the parser does not understand. Where the SQL is not known in full, only its first word is judged. */
export function syntaxFinding(sql: SqlText, problem: SyntaxProblem): SqlFinding | undefined {
  const tokens = [...scanTokens(sql.text)];
  if (sql.holes.length > 0) return firstWordFinding(sql, tokens);
  if (tokens.length === 0) {
    return { code: CODE, span: { from: 0, to: sql.text.length }, message: "The SQL statement is empty." };
  }
  const misspelt = misspeltWord(sql.text, tokens, problem.at);
  if (misspelt !== undefined) return misspelt;
  return { code: CODE, span: placeOf(problem.at, tokens), message: `SQL: ${readable(problem.message)}.` };
}

function firstWordFinding(sql: SqlText, [first]: readonly Token[]): SqlFinding | undefined {
  if (first?.kind !== "word") return undefined;
  const span = { from: first.start, to: first.end };
  const word = sql.text.slice(first.start, first.end);
  if (!sql.isKnown(span) || STATEMENT_WORDS.includes(word.toUpperCase())) return undefined;
  const meant = nearest(word.toUpperCase(), STATEMENT_WORDS);
  return meant === undefined ? undefined : wordFinding(word, meant, span);
}

/** A keyword with a wrong letter is taken as a name, and only what follows it makes no sense. */
function misspeltWord(
  text: string,
  tokens: readonly Token[],
  at: number | undefined,
): SqlFinding | undefined {
  const found = at === undefined ? tokens.length : tokens.findIndex((token) => token.start >= at);
  for (const token of [tokens[found], tokens[found - 1]]) {
    if (token?.kind !== "word") continue;
    const word = text.slice(token.start, token.end);
    if (KEYWORDS.has(word.toUpperCase()) || word.length < 3) continue;
    const meant = nearest(word.toUpperCase(), token === tokens[0] ? STATEMENT_WORDS : KEYWORDS);
    if (meant !== undefined) return wordFinding(word, meant, { from: token.start, to: token.end });
  }
  return undefined;
}

function wordFinding(word: string, meant: string, span: Span): SqlFinding {
  const replacement = word === word.toLowerCase() ? meant.toLowerCase() : meant;
  return {
    code: CODE,
    span,
    message: `SQL: '${word}' makes no sense here; did you mean '${replacement}'?`,
    replacement,
  };
}

function placeOf(at: number | undefined, tokens: readonly Token[]): Span {
  const token = at === undefined ? undefined : tokens.find(({ end }) => at < end);
  const { start, end } = token ?? tokens.at(-1)!;
  return { from: start, to: end };
}

function readable(message: string): string {
  const words = message.replace(/^Expected: (.*), found: (.*)$/s, (_, expected: string, found: string) => {
    return `expected ${expected}, found ${found === "EOF" ? "the end" : `'${found}'`}`;
  });
  return words.replace(/\.$/, "");
}
