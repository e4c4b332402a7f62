import { parseJson } from "@millrace/api";

/** A value of a result row: integers are exact, NULLs are absent. */
export type RowValue = bigint | number | string | boolean | null;
export type JsonRow = Readonly<Record<string, RowValue>>;

/** Reads a result in the form `jsonl`. */
export function parseRows(text: string): JsonRow[] {
  const rows: JsonRow[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() !== "") rows.push(parseJson(line, { integersAsBigint: true }) as unknown as JsonRow);
  }
  return rows;
}

/** The names in the first line of a result in the form `csv`. */
export function csvHeader(text: string): string[] {
  const names: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  for (;;) {
    const match = field.exec(text);
    if (match === null) return names;
    names.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") return names;
  }
}
