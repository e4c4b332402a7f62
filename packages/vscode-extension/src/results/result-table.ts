import { type JsonValue, parseJson } from "@millrace/api";

/** A value as it is shown; null where the row has none. */
export type Cell = string | null;

export interface ResultTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many rows there are, shown or not. */
  readonly rowCount: number;
}

/** Reads a list of rows as JSON, to the last digit of its integers, and keeps the first ones. */
export function readResult(text: string, rowsMax: number): ResultTable {
  const given = parseJson(text, { integersAsBigint: true });
  if (!Array.isArray(given)) throw new Error("The server's answer is no list of rows.");
  const shown = given.slice(0, rowsMax).filter(isRecord);
  // Rows leave out what they have no value for, so only all of them together know the columns.
  const columns = [...new Set(given.filter(isRecord).flatMap((row) => Object.keys(row)))];
  return {
    columns,
    rows: shown.map((row) => columns.map((column) => cellOf(row[column]))),
    rowCount: given.length,
  };
}

function cellOf(value: JsonValue | undefined): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isRecord(value: JsonValue): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
