import { quoteName } from "@millrace/sql";
import { KEYWORDS } from "./keywords.ts";

/** A name as it has to be written to be found; in quotes also where it stood in some before. */
export function writtenName(name: string, isQuoted = false): string {
  const isPlain = !isQuoted && !KEYWORDS.has(name.toUpperCase());
  return isPlain ? quoteName(name) : `"${name.replaceAll('"', '""')}"`;
}
