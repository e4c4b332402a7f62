import { SourceMap } from "node:module";
import { transform } from "esbuild";

/** Names, numbers, strings: what a line has that does more than hold other lines together. */
const word = /[\w$#]+|["'`/]/g;
const keyword = /^[}\s]*(?:else|try|finally|do|default:)[{\s]*$/;
const binding = /^(?:import\b(?!\s*[(.])|export\s*[{*])/;
const field = /^\s+(?:static\s+)?#?(?!return;|break;|continue;)[\w$]+;$/;

/**
 * The lines of built JavaScript, counted from 0, that something is executed on. Comments, blank lines, brackets, imports
 * and fields without a value are not: they would be "covered" whatever the tests do.
 */
export async function codeLines(text) {
  const lines = text.split("\n");
  const found = new Set();
  for (const at of await linesWithWords(text)) {
    if (![keyword, binding, field].some((pattern) => pattern.test(lines[at]))) found.add(at);
  }
  return found;
}

/** esbuild parses the text, drops the comments, and its source map says which line every word came from. */
async function linesWithWords(text) {
  const options = { loader: "js", minifyWhitespace: true, legalComments: "none", sourcemap: "external" };
  const { code, map } = await transform(text, { ...options, sourcefile: "built.js" });
  const sourceMap = new SourceMap(JSON.parse(map));
  const found = new Set();
  for (const [row, line] of code.split("\n").entries()) {
    for (const { index } of line.matchAll(word)) found.add(sourceMap.findEntry(row, index).originalLine);
  }
  return found;
}
