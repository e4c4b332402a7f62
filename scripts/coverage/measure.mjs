import { readdirSync, readFileSync, statSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { codeLines } from "./code-lines.mjs";

/**
 * How many lines of every source file below `source` were executed, and which were not. Throws when a file was built
 * after `sinceMs`: what was counted in it belongs to other lines.
 */
export async function measureFiles({ source, built }, executed, sinceMs) {
  const files = [];
  for (const name of readdirSync(source, { recursive: true }).sort()) {
    if (!name.endsWith(".ts")) continue;
    const file = path.join(built, name.replace(/\.ts$/, ".js"));
    if (statSync(file).mtimeMs > sinceMs)
      throw new Error(`${file} was built anew while its tests ran: start again`);
    const measured = await measureFile(file, executed.get(pathToFileURL(file).href));
    files.push({ name: path.join(source, name), ...measured });
  }
  return files;
}

async function measureFile(file, seen = new Uint8Array(0)) {
  const text = readFileSync(file, "utf8");
  const sourceMap = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  const code = await codeLines(text);
  const missed = [];
  let start = 0;
  for (const [row, line] of text.split("\n").entries()) {
    const end = start + line.length;
    const indent = line.length - line.trimStart().length;
    // A line counts as executed when a part of it was, as with other tools that count lines.
    if (code.has(row) && !seen.subarray(start + indent, end).includes(1)) {
      missed.push(sourceMap.findEntry(row, indent).originalLine + 1);
    }
    start = end + 1;
  }
  return { lines: code.size, missed: missed.sort((a, b) => a - b) };
}
