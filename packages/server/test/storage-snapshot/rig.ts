import { randomBytes } from "node:crypto";
import { setImmediate as pause } from "node:timers/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { BufferStore } from "#src/buffer/index.js";
import { systemClock } from "#src/foundation/index.js";
import { FileStore, nodeFileSystem, openLocalFile, StoredFiles } from "#src/object-store/index.js";
import type { FileColumn, SnapshotTask } from "#src/storage/index.js";
import { physicalNames } from "#src/storage/parquet/index.js";
import { writeRow } from "../buffer/write-rows.ts";
import type { Row, Value } from "../storage-merge/rows.ts";

/** What tasks need, over files in a directory. */
export function depsIn(root: string) {
  return {
    store: new FileStore({ root, fs: nodeFileSystem, random: (size: number) => randomBytes(size) }),
    files: new StoredFiles(root, "node/dbs/"),
    openFile: openLocalFile,
    clock: systemClock,
    pause: () => pause(),
    onProgress: () => {},
  };
}

export interface WrittenTable {
  readonly tableId: number;
  readonly columns: readonly FileColumn[];
  readonly rows: readonly Row[];
}

let names = 0;

/** A snapshot of tables that were written and frozen. */
export function snapshotTask(tables: readonly WrittenTable[], snapshot = 1): SnapshotTask {
  const buffer = new BufferStore({ hashSeed: 7 });
  for (const { tableId, rows } of tables) {
    const table = buffer.openTable(tableId);
    for (const row of rows) writeRow(table, row);
    buffer.publish([[table, table.position()]]);
  }
  const frozen = buffer.rotate();
  if (frozen === undefined) throw new Error("there are no rows");
  return {
    snapshot,
    naming: { directory: "node/dbs", name: `test-${++names}` },
    buffer: [...frozen.describe()],
    generation: frozen.generation,
    tables: tables.map(({ tableId, columns }) => ({ tableId, databaseId: 5, columns })),
    createdAtMs: 1234,
  };
}

let connecting: Promise<DuckDBConnection> | undefined;

async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  return instance.connect();
}

/** Reads a file as DuckDB shows it, in the order of the file. */
export async function readWithDuckDb(
  path: string,
  table: readonly FileColumn[],
  columnIds: readonly number[],
): Promise<Row[]> {
  const names = physicalNames(table);
  const columns = table.filter(({ id }) => columnIds.includes(id));
  connecting ??= connect();
  const connection = await connecting;
  const selected = columns.map(({ id, kind }) => {
    const quoted = `"${names.get(id)!.replaceAll('"', '""')}"`;
    return kind === "time" ? `epoch_ns(${quoted})` : quoted;
  });
  const sql = `select ${selected.join(", ")} from read_parquet('${path}')`;
  const result = await connection.runAndReadAll(sql);
  return result.getRows().map((values) => rowOf(values as (Value | null)[], table, columns));
}

/** Columns that are not there are NULL. */
function rowOf(
  values: readonly (Value | null)[],
  table: readonly FileColumn[],
  columns: readonly FileColumn[],
): Row {
  const row: Row = { tags: [], time: 0n, fields: {} };
  for (const column of table) {
    const value = values[columns.indexOf(column)] ?? null;
    if (column.kind === "time") row.time = value as bigint;
    else if (column.kind === "tag") row.tags.push(value as string | null);
    else if (value !== null) row.fields[column.id] = value;
  }
  return row;
}
