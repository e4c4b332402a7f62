import { FieldType, type FieldValue, formatLine, type Point } from "@millrace/line-protocol";
import type { ColumnBatch, QueryReply, QueryRequest, ResultColumn } from "../protocol/index.ts";

interface Queries {
  query(request: QueryRequest): Promise<QueryReply>;
}

const TIMEOUT_MS = 30_000;
const TAG_COLUMNS =
  "SELECT column_name FROM information_schema.columns WHERE table_name = $table AND data_type LIKE 'Dictionary%'";

/** The rows of a query as the lines that would have written them. */
export async function linesFromQuery(
  queries: Queries,
  database: string,
  sql: string,
  table = firstTable(sql),
): Promise<string> {
  const ask = async (text: string, params: Record<string, string>): Promise<readonly ColumnBatch[]> => {
    const reply = await queries.query({ op: "query", database, sql: text, params, timeoutMs: TIMEOUT_MS });
    if ("error" in reply) throw new Error(`the input's query failed: ${reply.error}`);
    return reply.batches;
  };
  const batches = await ask(sql, {});
  const tags = new Set<string>();
  for (const { columns, rowCount } of await ask(TAG_COLUMNS, { table })) {
    for (let row = 0; row < rowCount; row++) tags.add(String(valueAt(columns[0]!, row)));
  }
  return batches.flatMap((batch) => linesOf(batch, table, tags)).join("\n");
}

function firstTable(sql: string): string {
  const match = /\bfrom\s+(?:(?:iox\.|public\.)?"([^"]+)"|'([^']+)'|([\w.]+))/i.exec(sql);
  const name = match?.[1] ?? match?.[2] ?? match?.[3]?.toLowerCase();
  if (name === undefined) throw new Error("the input's query names no table: give one with 'table'");
  return name.replace(/^(iox|public)\./, "");
}

function linesOf({ rowCount, columns }: ColumnBatch, table: string, tagNames: Set<string>): string[] {
  return Array.from({ length: rowCount }, (_, row) => {
    const tags: { key: string; value: string }[] = [];
    const fields: { key: string; value: FieldValue }[] = [];
    let timeNs: bigint | undefined;
    for (const column of columns) {
      const value = valueAt(column, row);
      if (value === null) continue;
      if (column.name === "time" && typeof value === "bigint") timeNs = value;
      else if (tagNames.has(column.name)) tags.push({ key: column.name, value: String(value) });
      else fields.push({ key: column.name, value: fieldValue(column, value) });
    }
    const point: Point = { measurement: table, tags, fields, timeNs };
    return formatLine(point);
  });
}

function fieldValue({ type, name }: ResultColumn, value: NonNullable<Value>): FieldValue {
  if (typeof value === "number") return { type: FieldType.float, value };
  if (typeof value === "boolean") return { type: FieldType.boolean, value };
  if (typeof value === "string") return { type: FieldType.string, value };
  if (typeof value !== "bigint") throw new Error(`the input's column '${name}' has the type ${value.type}`);
  return { type: type === "uint64" ? FieldType.unsigned : FieldType.integer, value };
}

type Value = bigint | number | string | boolean | null | { readonly type: string };

function valueAt(column: ResultColumn, row: number): Value {
  const { validity } = column;
  if (validity !== undefined && ((validity[row >> 3]! >> (row & 7)) & 1) === 0) return null;
  switch (column.type) {
    case "utf8":
      return new TextDecoder().decode(column.bytes.subarray(column.offsets[row]!, column.offsets[row + 1]!));
    case "dictionary":
      return column.dictionary[column.values[row]!]!;
    case "bool":
      return column.values[row] === 1;
    case "unsupported":
      return { type: column.typeName };
    default:
      return column.values[row]!;
  }
}
