import {
  type BoundStatement,
  type CatalogRow,
  describeRows,
  type OutputColumn,
  type SchemaModel,
  showColumnsRows,
  showTablesRows,
  UTF8,
} from "@millrace/sql";
import { quoteText } from "./sql-text.ts";
import type { CompiledQuery } from "./types.ts";

const TABLES = "table_catalog table_schema table_name table_type";
const COLUMNS = "table_catalog table_schema table_name column_name data_type is_nullable";
const DESCRIPTION = "column_name data_type is_nullable";

/** Answers SHOW and DESCRIBE from the schema: a statement of constant rows. */
export function compileCatalogStatement(
  statement: Extract<BoundStatement, { statement: "show tables" | "show columns" | "describe" }>,
  schema: SchemaModel,
): CompiledQuery {
  switch (statement.statement) {
    case "show tables":
      return constantRows(TABLES, showTablesRows(schema));
    case "show columns":
      return constantRows(COLUMNS, showColumnsRows(statement.table));
    case "describe":
      return constantRows(DESCRIPTION, describeRows(statement.table));
  }
}

/** A result of text columns with known rows. */
export function constantRows(names: string, rows: readonly CatalogRow[]): CompiledQuery {
  const output = names.split(" ").map((name): OutputColumn => ({ name, type: UTF8, nullable: false }));
  const columns = output.map((_, i) => `c${i}`).join(", ");
  const values = rows.map(
    (row) => `(${row.map((v) => (v === null ? "NULL" : quoteText(String(v)))).join(", ")})`,
  );
  const empty = `(${output.map(() => "''").join(", ")})`;
  const list = values.length === 0 ? empty : values.join(", ");
  const sql = `SELECT * FROM (VALUES ${list}) AS q(${columns})${values.length === 0 ? " WHERE false" : ""}`;
  return { text: [sql], sources: [], output, params: [] };
}
