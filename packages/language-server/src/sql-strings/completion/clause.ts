import type { Word } from "./cursor.ts";

/** What can stand at a place. */
export type Clause = "start" | "table" | "after table" | "expression" | "parameter";

const TABLE_COMES = new Set(["FROM", "JOIN", "DESCRIBE", "DESC", "INTO"]);
const CLAUSES = new Set(
  "SELECT FROM JOIN WHERE BY HAVING QUALIFY LIMIT OFFSET ON USING SET VALUES WITH DESCRIBE DESC CASE".split(
    " ",
  ),
);
/** `extract(hour FROM time)` and the like: their FROM names no table. */
const CALLS_WITH_FROM = new Set(["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"]);

/** Tells from what stands before which kind of thing is being typed. */
export function clauseOf(before: readonly Word[]): Clause {
  const last = before.at(-1);
  if (last === undefined || last.text === ";") return "start";
  if (last.text === "$") return "parameter";
  const { word, index, call } = enclosingClause(before);
  if (word === undefined) return last.text === "(" && call === undefined ? "start" : "expression";
  if (!TABLE_COMES.has(word) || (call !== undefined && CALLS_WITH_FROM.has(call))) return "expression";
  if (index === before.length - 1 || last.text === ",") return "table";
  return "after table";
}

/** The keyword whose clause it is, at the same depth of brackets; and what is called, when that is a call's bracket. */
function enclosingClause(before: readonly Word[]): { word?: string; index: number; call?: string } {
  let depth = 0;
  let clause: { word: string; index: number } | undefined;
  for (let index = before.length - 1; index >= 0; index--) {
    const { kind, text } = before[index]!;
    if (kind === "close") depth++;
    else if (kind === "open" && depth > 0) depth--;
    else if (kind === "open") {
      const call = before[index - 1];
      const name = call?.kind === "word" ? call.text.toUpperCase() : undefined;
      return { index: -1, ...clause, ...(name === undefined ? {} : { call: name }) };
    } else if (depth === 0 && clause === undefined && kind === "word") {
      const word = text.toUpperCase();
      if (CLAUSES.has(word)) clause = { word, index };
    }
  }
  return { index: -1, ...clause };
}
