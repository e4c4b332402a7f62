import type { TestResult, WrittenField, WrittenRow } from "@millrace/language-server/protocol";
import type { ResultTable } from "../results/index.ts";

/** The rows that a test wrote, as a table: one column for each tag and field that any of them has. */
export function rowsTable({ rows, rowCount }: Pick<TestResult, "rows" | "rowCount">): ResultTable {
  const tags = namesOf(rows, (row) => row.tags);
  const fields = namesOf(rows, (row) => row.fields);
  return {
    columns: ["database", "table", ...tags, ...fields, "time"],
    rows: rows.map((row) => [
      row.database,
      row.table,
      ...tags.map((tag) => row.tags[tag] ?? null),
      ...fields.map((field) => fieldText(row.fields[field])),
      row.timeNs ?? null,
    ]),
    rowCount,
  };
}

function namesOf(
  rows: readonly WrittenRow[],
  valuesOf: (row: WrittenRow) => Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(valuesOf(row))))];
}

function fieldText(field: WrittenField | undefined): string | null {
  return field === undefined ? null : String(field.value);
}
