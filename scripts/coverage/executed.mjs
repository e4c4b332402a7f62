import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * What V8 saw in all processes and threads together: for every script that `wanted` takes, a byte per character that
 * says if it was executed.
 */
export function executedCharacters(directory, wanted) {
  const scripts = new Map();
  for (const name of readdirSync(directory)) {
    const { result } = JSON.parse(readFileSync(path.join(directory, name), "utf8"));
    for (const { url, functions } of result) {
      if (!wanted(url)) continue;
      const seen = charactersOf(functions);
      const known = scripts.get(url);
      if (known === undefined) scripts.set(url, seen);
      else for (let at = 0; at < seen.length; at++) known[at] |= seen[at];
    }
  }
  return scripts;
}

/** Ranges lie within each other; the innermost one is right. */
function charactersOf(functions) {
  const ranges = functions.flatMap((each) => each.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const seen = new Uint8Array(Math.max(0, ...ranges.map((range) => range.endOffset)));
  for (const { startOffset, endOffset, count } of ranges)
    seen.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return seen;
}
