import { scanTokens } from "@millrace/sql";
import type { Span } from "../../text/index.ts";
import type { SqlText } from "../queries/index.ts";
import { KEYWORDS } from "../statement/index.ts";

const BEHIND_FROM = new Set(["WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"]);

/** Whether all tables of a statement's beginning are named in it: what follows can add conditions, and no columns. */
export function hasAllTables(beginning: string): boolean {
  let depth = 0;
  let isBehind = false;
  for (const { kind, start, end } of scanTokens(beginning)) {
    if (kind === "open") depth++;
    else if (kind === "close") depth--;
    else if (kind === "word" && depth === 0) {
      const word = beginning.slice(start, end).toUpperCase();
      if (word === "FROM") isBehind = false;
      else if (BEHIND_FROM.has(word)) isBehind = true;
    }
  }
  return depth === 0 && isBehind;
}

/** Whether a name is a table's whatever the holes before it hold: FROM or JOIN stands right in front of it. */
export function isTableForSure(sql: SqlText, { from, to }: Span): boolean {
  const before = /(?<!distinct\s+)\b(?:from|join)\s+(?:"?\w+"?\.)*$/i.exec(sql.text.slice(0, from));
  if (KEYWORDS.has(sql.text.slice(from, to).toUpperCase())) return false;
  return before !== null && sql.isKnown({ from: before.index, to });
}
