import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import {
  informationSchemaRows,
  initParser,
  offsetSecondsAt,
  type SchemaModel,
  type SqlType,
} from "@millrace/sql";
import { type CompiledQuery, compileQuery, joinSources, type ParamValue } from "#src/query/rewrite/index.js";
import { type Cell, modelOf, type TestTable } from "./tables.ts";

export interface Answer {
  readonly columns: readonly string[];
  readonly types: readonly SqlType[];
  readonly rows: readonly (readonly unknown[])[];
}

export const NOW_NS = 1_641_067_200_123_456_789n;

/** Compiles and runs statements over tables held as native tables of DuckDB, read through a stand-in for the scan. */
export class TestEngine {
  private readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  static async open(): Promise<TestEngine> {
    await initParser();
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    const connection = await instance.connect();
    await connection.run("SET TimeZone='UTC'; SET default_null_order='NULLS_LAST_ON_ASC_FIRST_ON_DESC'");
    return new TestEngine(connection);
  }

  close(): void {
    this.connection.closeSync();
  }

  compile(
    text: string,
    tables: readonly TestTable[],
    params: Record<string, ParamValue> = {},
  ): CompiledQuery {
    return compileQuery(text, modelOf(tables), { nowNs: NOW_NS, params, database: "test" });
  }

  async run(
    text: string,
    tables: readonly TestTable[],
    params: Record<string, ParamValue> = {},
  ): Promise<Answer> {
    const compiled = this.compile(text, tables, params);
    const sources = compiled.sources.map((_, i) => sourceText(i, compiled, tables));
    const scans = sources.map((rows, i) => `s${i} AS MATERIALIZED (${rows})`);
    const sql = joinSources(compiled.text, (source) => `s${source}`);
    const prefix = scans.length === 0 ? "" : `WITH ${scans.join(", ")} `;
    const result = await this.connection.runAndReadAll(
      `${prefix}${sql}`,
      compiled.params.map((p) => p.value),
    );
    const types = compiled.output.map((c) => c.type);
    const rows = result.getRowsJS().map((row) => row.map((v) => v));
    const raw = result.getRows();
    return {
      columns: compiled.output.map((c) => c.name),
      types,
      rows: rows.map((_, r) => types.map((type, c) => shown(raw[r]![c], type))),
    };
  }
}

function sourceText(index: number, compiled: CompiledQuery, tables: readonly TestTable[]): string {
  const source = compiled.sources[index]!;
  const { columns, rows } = sourceRows(source, tables);
  const { minNs, maxNs } = source.timeRange;
  const hasTags = (row: readonly Cell[]) =>
    source.tags.every(({ column, values }) => values.includes(row[column] as string));
  const timeAt = columns.findIndex((c) => c.kind === "time");
  // What the compiler says may be left out is left out, so that a wrong range shows up as a wrong answer.
  const kept = rows.filter((row) => {
    if (!hasTags(row)) return false;
    const time = row[timeAt];
    if (typeof time !== "bigint") return true;
    return (minNs === undefined || time >= minNs) && (maxNs === undefined || time <= maxNs);
  });
  const list = columns.map((c, i) => {
    // A column that was not announced must not be needed.
    const read = source.columns.includes(i);
    return read ? `CAST(c${i} AS ${engineType(c.type)}) AS c${i}` : `NULL AS c${i}`;
  });
  if (kept.length === 0) {
    const empty = columns.map((c, i) => `CAST(NULL AS ${engineType(c.type)}) AS c${i}`);
    return `SELECT ${empty.join(", ")} WHERE false`;
  }
  const values = kept.map((row) => `(${row.map((cell, i) => cellText(cell, columns[i]!.type)).join(", ")})`);
  return `SELECT ${list.join(", ")} FROM (VALUES ${values.join(", ")}) AS v(${columns.map((_, i) => `c${i}`).join(", ")})`;
}

function sourceRows(source: CompiledQuery["sources"][number], tables: readonly TestTable[]) {
  if (source.schema === "information_schema") {
    const model: SchemaModel = modelOf(tables);
    const rows = informationSchemaRows(model, source.table);
    const columns = Array.from({ length: rows[0]?.length ?? 1 }, (_, i) => {
      const type: SqlType = rows.some((r) => typeof r[i] === "bigint")
        ? { kind: "int", bits: 64, signed: false }
        : { kind: "utf8", dictionary: false };
      return { kind: "plain", type };
    });
    return { columns, rows: rows as readonly (readonly Cell[])[] };
  }
  const table = tables.find((t) => t.schema.name === source.table && t.schema.schema === source.schema)!;
  return { columns: table.schema.columns, rows: table.rows };
}

function engineType(type: SqlType): string {
  switch (type.kind) {
    case "int":
      return type.signed ? "BIGINT" : "UBIGINT";
    case "float":
      return "DOUBLE";
    case "boolean":
      return "BOOLEAN";
    case "timestamp":
      return "TIMESTAMP_NS";
    default:
      return "VARCHAR";
  }
}

function cellText(cell: Cell, type: SqlType): string {
  if (cell === null) return "NULL";
  if (type.kind === "timestamp") return `make_timestamp_ns(${cell})`;
  if (typeof cell === "string") return `'${cell.replaceAll("'", "''")}'`;
  return `CAST('${cell}' AS ${engineType(type)})`;
}

/** Values as the JSON output shows them. */
function shown(value: unknown, type: SqlType): unknown {
  if (value === null || value === undefined) return null;
  if (type.kind === "timestamp") return instantText((value as { nanos: bigint }).nanos, type.zone);
  if (type.kind === "list") {
    return (value as { items: readonly unknown[] }).items.map((item) => shown(item, type.item));
  }
  if (type.kind === "struct") {
    const { entries } = value as { entries: Readonly<Record<string, unknown>> };
    return Object.fromEntries(type.fields.map((f) => [f.name, shown(entries[f.name], f.type)]));
  }
  if (type.kind === "date") return String(value);
  return value;
}

export function instantText(ns: bigint, zone?: string): string {
  const seconds = (ns - (((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n;
  const offset = zone === undefined ? 0 : offsetSecondsAt(zone, Number(seconds))!;
  const text = new Date((Number(seconds) + offset) * 1000).toISOString().slice(0, 19);
  const rest = String(ns - seconds * 1_000_000_000n).padStart(9, "0");
  const fraction = rest === "000000000" ? "" : `.${rest.replace(/(000){1,2}$/, "")}`;
  return `${text}${fraction}${zone === undefined ? "" : offsetText(zone, offset)}`;
}

function offsetText(zone: string, offset: number): string {
  if (zone === "UTC") return "Z";
  const minutes = Math.abs(offset) / 60;
  const pair = (n: number) => String(Math.trunc(n)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${pair(minutes / 60)}:${pair(minutes % 60)}`;
}
