export type Row = Readonly<Record<string, unknown>>;

/** Reads an answer that is a list of rows. */
export function readRows(text: string): Row[] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new Error("The server's answer is no list of rows.");
  return rows.filter((row): row is Row => typeof row === "object" && row !== null);
}

export function textIn(row: Row, name: string): string {
  const value = row[name];
  return typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
}
