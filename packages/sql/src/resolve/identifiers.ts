import { notImplemented } from "../errors/index.ts";
import type { Ident, ObjectName } from "../parse/index.ts";

/** Unquoted names fold to lower case, ASCII letters only; quoted ones stay (docs/reference/sql.md). */
export function foldIdent(ident: Ident): string {
  return ident.quote_style === null || ident.quote_style === undefined
    ? ident.value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : ident.value;
}

export function foldName(name: ObjectName): string[] {
  return name.map((part) => {
    if ("Identifier" in part) return foldIdent(part.Identifier);
    throw notImplemented("a function as part of a name");
  });
}

/** A name as it would have to be written to be found. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
