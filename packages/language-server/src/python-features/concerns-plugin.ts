import type { PluginDocument } from "../plugin-document/index.ts";

/** `name`, `name.member`, `name(…)[…].member` and `name["key`, up to their end. */
const CHAIN = /([A-Za-z_]\w*)(?:\.\w*|\([^()\n]*\)|\[[^[\]\n]*\])*(?:\[["']\w*)?$/;

/**
 * Whether something at a place depends on what only we know: it begins with a name that the plugin has from its
 * parameters or made itself. Modules and what Python has built in, other tools explain.
 */
export function concernsPlugin(document: PluginDocument, offset: number): boolean {
  const lineStart = document.text.lastIndexOf("\n", offset - 1) + 1;
  const rest = /^\w*/.exec(document.text.slice(offset))?.[0].length ?? 0;
  const name = CHAIN.exec(document.text.slice(lineStart, offset + rest))?.[1];
  if (name === undefined) return false;
  if (name === "LineBuilder" || name === "self") return true;
  if (document.functions.some(({ parameters }) => parameters.some((parameter) => parameter.name === name))) {
    return true;
  }
  const isImported = document.imports.some(
    (it) => it.boundName === name || it.names?.some(({ boundName }) => boundName === name),
  );
  return !isImported && isBoundHere(document, name);
}

/** Assigned, or the variable of a loop. */
function isBoundHere(document: PluginDocument, name: string): boolean {
  if (document.assignments.some(({ target }) => target.kind === "name" && target.name === name)) return true;
  return new RegExp(`\\bfor\\s[^:\\n]*\\b${name}\\b[^:\\n]*\\sin\\s`).test(document.text);
}
