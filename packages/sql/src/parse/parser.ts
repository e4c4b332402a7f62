import { init, parse as parseText, WasmInitError } from "@guanmingchiu/sqlparser-ts";
import { PlanError } from "../errors/index.ts";
import type { Statement } from "./ast.ts";
import { checkLimits } from "./limits.ts";
import { scanTokens } from "./scan.ts";

const MAX_CACHED_STATEMENTS = 256;
/** Longer texts are bulk, hardly sent twice, and would make the cache's size unforeseeable. */
const MAX_CACHED_LENGTH = 16_384;

const cache = new Map<string, readonly Statement[]>();

/** Loads the parser; must be awaited once per thread before the first `parseStatements`. */
export function initParser(): Promise<void> {
  return init();
}

/** Parses SQL text to statements. Throws PlanError with the wording of docs/reference/sql.md. */
export function parseStatements(text: string): readonly Statement[] {
  const cached = cache.get(text);
  if (cached !== undefined) {
    // Re-inserting keeps the least recently used text first in line for eviction.
    cache.delete(text);
    cache.set(text, cached);
    return cached;
  }
  checkLimits(text);
  const statements = parseChecked(text);
  if (text.length <= MAX_CACHED_LENGTH) {
    if (cache.size >= MAX_CACHED_STATEMENTS) cache.delete(cache.keys().next().value!);
    cache.set(text, statements);
  }
  return statements;
}

function parseChecked(text: string): readonly Statement[] {
  try {
    return parseText(withXorSpelling(text)) as unknown as readonly Statement[];
  } catch (error) {
    if (error instanceof WasmInitError) throw error;
    throw parseError(error);
  }
}

/** The dialect writes exclusive or as `#` too; the parser knows only `^` in this dialect. */
function withXorSpelling(text: string): string {
  if (!text.includes("#")) return text;
  let result = "";
  let copied = 0;
  for (const token of scanTokens(text)) {
    if (token.kind !== "operator" || text.slice(token.start, token.end) !== "#") continue;
    if (/[>-]/.test(text[token.end] ?? "")) continue;
    result += `${text.slice(copied, token.start)}^`;
    copied = token.end;
  }
  return result + text.slice(copied);
}

const PARSER_PREFIX = "sql parser error: ";

/** What the parser's machine says when it breaks down, which `checkLimits` is there to prevent. */
const BREAKDOWN = /out of bounds|unreachable|call stack|recursive use/;

function parseError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (BREAKDOWN.test(message))
    return new Error("the SQL parser broke down; the thread must be restarted", { cause: error });
  if (message.includes("recursion limit exceeded")) {
    return new PlanError("parse", "SQL error: RecursionLimitExceeded");
  }
  if (message.startsWith(PARSER_PREFIX)) {
    return new PlanError(
      "parse",
      `SQL error: ParserError(${rustQuoted(message.slice(PARSER_PREFIX.length))})`,
    );
  }
  return new PlanError("parse", `SQL error: TokenizerError(${rustQuoted(message)})`);
}

/** Parser messages are shown quoted, with quotes and control characters escaped. */
function rustQuoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
  };
  return `"${text.replace(/[\\"\n\r\t]/g, (char) => escapes[char]!)}"`;
}
