import { scanTokens } from "@millrace/sql";

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
