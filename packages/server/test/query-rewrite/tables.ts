import {
  BOOLEAN,
  type ColumnSchema,
  compareNames,
  FLOAT64,
  INT64,
  type SchemaModel,
  type SqlType,
  schemaModelOf,
  TAG,
  type TableSchema,
  TIMESTAMP,
  UINT64,
  UTF8,
} from "@millrace/sql";

/** A table of test data: cells are aligned with the columns of the schema. */
export interface TestTable {
  readonly schema: TableSchema;
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | bigint | boolean | null;

const NANOS = { second: 1_000_000_000n, nanosecond: 1n } as const;

/** Splits at unescaped separators outside of quotes; good for the fixtures, not for the world. */
function split(text: string, separator: string): string[] {
  const parts = [""];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "\\") parts[parts.length - 1] += char + (text[++i] ?? "");
    else if (char === separator && !quoted) parts.push("");
    else {
      if (char === '"') quoted = !quoted;
      parts[parts.length - 1] += char;
    }
  }
  return parts;
}

function unescaped(text: string): string {
  return text.replace(/\\([ ,=\\])/g, "$1");
}

function fieldValue(text: string): readonly [SqlType, Cell] {
  if (text.startsWith('"')) return [UTF8, text.slice(1, -1).replace(/\\(["\\])/g, "$1")];
  if (/^(t|f|true|false)$/i.test(text)) return [BOOLEAN, /^t/i.test(text)];
  if (text.endsWith("i")) return [INT64, BigInt(text.slice(0, -1))];
  if (text.endsWith("u")) return [UINT64, BigInt(text.slice(0, -1))];
  return [FLOAT64, Number(text)];
}

type Row = Map<string, Cell>;

interface Draft {
  readonly columns: Map<string, ColumnSchema>;
  readonly rows: Row[];
}

/** Tables from line protocol, as the write path would have made them. */
export function tablesOf(lineProtocol: string, precision: keyof typeof NANOS): TestTable[] {
  const drafts = new Map<string, Draft>();
  for (const line of lineProtocol.split("\n").filter((l) => l !== "")) {
    addLine(line, NANOS[precision], drafts);
  }
  return [...drafts].map(([name, { columns, rows }]) => {
    const sorted = [...columns.values()].sort((a, b) => compareNames(a.name, b.name));
    return {
      schema: { schema: "iox", name, columns: sorted },
      rows: rows.map((row) => sorted.map((c) => row.get(c.name) ?? null)),
    };
  });
}

function addLine(line: string, factor: bigint, drafts: Map<string, Draft>): void {
  const [key, fields, time] = split(line, " ") as [string, string, string];
  const [measurement, ...tags] = split(key, ",") as [string, ...string[]];
  const name = unescaped(measurement);
  const draft = drafts.get(name) ?? { columns: new Map<string, ColumnSchema>(), rows: [] };
  drafts.set(name, draft);
  const row: Row = new Map();
  const put = (column: ColumnSchema, value: Cell) => {
    draft.columns.set(column.name, draft.columns.get(column.name) ?? column);
    row.set(column.name, value);
  };
  for (const tag of tags) {
    const [tagKey, value] = split(tag, "=").map(unescaped) as [string, string];
    put({ name: tagKey, kind: "tag", type: TAG, nullable: true }, value);
  }
  for (const field of split(fields, ",")) {
    const [fieldKey, text] = split(field, "=") as [string, string];
    const [type, value] = fieldValue(text);
    put({ name: unescaped(fieldKey), kind: "field", type, nullable: true }, value);
  }
  put({ name: "time", kind: "time", type: TIMESTAMP, nullable: false }, BigInt(time) * factor);
  draft.rows.push(row);
}

export function modelOf(tables: readonly TestTable[]): SchemaModel {
  return schemaModelOf(tables.map((t) => t.schema));
}
