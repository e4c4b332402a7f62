import type { FileColumn } from "../types.ts";

/**
 * What columns are called in files, by id. A column has its own name there unless one with a lower id has taken it:
 * readers of Parquet do not tell ASCII letters of different case apart. Names stay when columns are added later.
 * docs/formats/parquet-layout.md
 */
export function physicalNames(columns: readonly FileColumn[]): Map<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { id, name } of columns.toSorted((a, b) => a.id - b.id)) {
    let own = name;
    while (taken.has(lowerAscii(own))) own = own === name ? `${name}#${id}` : `${own}#`;
    taken.add(lowerAscii(own));
    names.set(id, own);
  }
  return names;
}

function lowerAscii(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
