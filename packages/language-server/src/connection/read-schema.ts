import type { InfluxClient } from "@millrace/api/client";
import {
  type ColumnKind,
  type ColumnSchema,
  parseArrowTypeName,
  type SchemaName,
  type SqlType,
  type TableSchema,
} from "@millrace/sql";

/** A schema of more is none that a person works with, and its checks would take too long. */
const RESULT_BYTES_MAX = 64 * 1024 * 1024;
const COLUMNS_SQL = [
  "SELECT table_schema, table_name, column_name, data_type, is_nullable",
  "FROM information_schema.columns",
  "WHERE table_schema IN ('iox', 'system')",
].join(" ");

interface ColumnRow {
  readonly table_schema?: unknown;
  readonly table_name?: unknown;
  readonly column_name?: unknown;
  readonly data_type?: unknown;
  readonly is_nullable?: unknown;
}

/** Asks a server for the tables of a database, those of schema `system` included. */
export async function readSchema(client: InfluxClient, database: string): Promise<TableSchema[]> {
  const { body } = await client.query("sql", { db: database, q: COLUMNS_SQL, format: "json" });
  const rows: unknown = JSON.parse(await readBounded(body));
  if (!Array.isArray(rows)) throw new Error("the server's answer is no list of columns");
  const tables = new Map<string, { schema: SchemaName; name: string; columns: ColumnSchema[] }>();
  for (const row of rows as readonly ColumnRow[]) {
    const { table_schema: schema, table_name: name } = row;
    if ((schema !== "iox" && schema !== "system") || typeof name !== "string") continue;
    const column = columnOf(row, schema);
    if (column === undefined) continue;
    const key = `${schema}.${name}`;
    const known = tables.get(key);
    if (known === undefined) tables.set(key, { schema, name, columns: [column] });
    else known.columns.push(column);
  }
  return [...tables.values()];
}

function columnOf(row: ColumnRow, schema: SchemaName): ColumnSchema | undefined {
  const { column_name: name, data_type: written, is_nullable: nullable } = row;
  if (typeof name !== "string") return undefined;
  // Of a type that is not known the name counts all the same.
  const type = parseArrowTypeName(String(written)) ?? { kind: "binary" };
  return { name, kind: kindOf(name, type, schema), type, nullable: nullable !== "NO" };
}

function kindOf(name: string, type: SqlType, schema: SchemaName): ColumnKind {
  if (schema !== "iox") return "plain";
  if (name === "time" && type.kind === "timestamp") return "time";
  return type.kind === "utf8" && type.dictionary ? "tag" : "field";
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > RESULT_BYTES_MAX) {
      throw new Error(`the list of columns is larger than ${RESULT_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
