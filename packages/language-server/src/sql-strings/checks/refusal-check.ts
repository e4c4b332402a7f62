import { nodeOf, type Query, type Statement, scanTokens } from "@millrace/sql";
import type { Span } from "../../text/index.ts";
import type { SqlText } from "../queries/index.ts";
import type { SqlFinding } from "./sql-finding.ts";

const CODE = "sql-refused";
const WRITING_BODIES = new Set(["Insert", "Update", "Delete", "Merge"]);
/** What `SHOW` can list differs between servers. */
const READS = /^(?:Query|Explain|ExplainTable|Show\w+)$/;
const WRITE_HINT = "Write with influxdb3_local.write().";
const ADVICE: Readonly<Record<string, string>> = {
  insert: WRITE_HINT,
  copy: WRITE_HINT,
  update: "Write the rows again with influxdb3_local.write(): the same tags and time overwrite.",
  create: "Tables are made when something is written to them.",
};

/** Statements that no server runs for a plugin: docs/reference/sql.md, "Statements". */
export function refusalFinding(sql: SqlText, statements: readonly Statement[]): SqlFinding | undefined {
  const [first, second] = statements;
  if (first === undefined) return undefined;
  const words = wordsOf(sql.text);
  if (second !== undefined) {
    const span = secondStatement(sql.text) ?? words[0];
    return span === undefined || !sql.isKnown(span)
      ? undefined
      : { code: CODE, span, message: "One query runs one statement. Send this one with a call of its own." };
  }
  const verb = words[0];
  if (verb === undefined || isRead(first)) return undefined;
  const word = sql.text.slice(verb.from, verb.to);
  if (!sql.isKnown(verb)) return undefined;
  const advice = ADVICE[word.toLowerCase()] ?? "";
  const message = `${word.toUpperCase()} is refused: queries only read, with SELECT, WITH, SHOW, DESCRIBE or EXPLAIN.`;
  return { code: CODE, span: verb, message: `${message} ${advice}`.trimEnd() };
}

function isRead(statement: Statement): boolean {
  const [tag, node] = nodeOf(statement);
  if (!READS.test(tag)) return false;
  if (tag === "Explain") return isRead((node as { statement: Statement }).statement);
  return tag !== "Query" || !WRITING_BODIES.has(nodeOf((node as Query).body)[0]);
}

function wordsOf(text: string): Span[] {
  const [first] = scanTokens(text);
  return first?.kind === "word" ? [{ from: first.start, to: first.end }] : [];
}

/** The first word behind the semicolon. */
function secondStatement(text: string): Span | undefined {
  let isBehind = false;
  for (const { kind, start, end } of scanTokens(text)) {
    if (kind === "comma" && text[start] === ";") isBehind = true;
    else if (isBehind) return { from: start, to: end };
  }
  return undefined;
}
