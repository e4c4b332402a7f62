import { HOLE } from "./sql-text.ts";

/** `$name` in SQL. Positions count in the SQL text. */
export interface Placeholder {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Text in single quotes, with its quotes. */
export interface QuotedText {
  readonly from: number;
  readonly to: number;
  /** What looks like a placeholder in it, and is text. */
  readonly placeholders: readonly Placeholder[];
}

export interface ScannedSql {
  readonly placeholders: readonly Placeholder[];
  readonly quoted: readonly QuotedText[];
  /** Names that are put together at run time, as `$` in front of what an f-string fills in. */
  readonly hasDynamicNames: boolean;
}

/** Comments, quoted text, quoted names, text in dollars, placeholders. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|(?<!\w)\$\w+/g;
const NAME = /\$([A-Za-z_]\w*)/g;

export function scanPlaceholders(sql: string): ScannedSql {
  const placeholders: Placeholder[] = [];
  const quoted: QuotedText[] = [];
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    const to = index + token.length;
    if (token.startsWith("'")) quoted.push({ from: index, to, placeholders: namesIn(token, index) });
    else if (/^\$\w+$/.test(token) && sql[to] !== HOLE) {
      placeholders.push({ name: token.slice(1), from: index, to });
    }
  }
  return { placeholders, quoted, hasDynamicNames: new RegExp(`\\$\\w*${HOLE}`).test(sql) };
}

function namesIn(token: string, start: number): Placeholder[] {
  return [...token.matchAll(NAME)].map(({ 0: text, 1: name, index }) => ({
    name: name!,
    from: start + index,
    to: start + index + text.length,
  }));
}
