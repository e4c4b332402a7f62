import { FieldType, type TableInfo } from "#src/catalog/index.js";
import { type FileColumn, mergeSorted, ParquetFile, viewRows } from "#src/storage/index.js";
import { fileRows } from "#src/storage/merge/index.js";
import { type Row, readAll } from "../storage-merge/rows.ts";
import type { FaultNode } from "./node.ts";

/** Of a batch: tables here are small. */
const BOUNDS = { rows: 256, bytes: 65_536 };

/** A table as a query would see it: by point, then by field; values as text. */
export type FoundTable = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface FoundDatabase {
  readonly retentionPeriodNs: bigint | null;
  readonly tables: ReadonlyMap<string, FoundTable>;
}

/** Everything that a node has: what queries would find in files and buffer together. */
export async function readNode(node: FaultNode): Promise<Map<string, FoundDatabase>> {
  const found = new Map<string, FoundDatabase>();
  for (const database of node.catalog.databases()) {
    if (database.deleted || database.name === "_internal") continue;
    const tables = new Map<string, FoundTable>();
    for (const table of database.tables()) tables.set(table.name, await readTable(node, table));
    found.set(database.name, { retentionPeriodNs: database.retentionPeriodNs, tables });
  }
  return found;
}

/** How points are named: tags in the order of their names, then the time. */
export function pointName(tags: Readonly<Record<string, string>>, timeNs: bigint): string {
  const named = Object.keys(tags).sort();
  return [...named.map((name) => `${name}=${tags[name]}`), timeNs].join(",");
}

async function readTable(node: FaultNode, table: TableInfo): Promise<FoundTable> {
  const columns: FileColumn[] = table.columns.map(({ id, name, kind, fieldType }) =>
    fieldType === undefined ? { id, name, kind } : { id, name, kind, fieldType },
  );
  const files = [...node.storage.filesOfTable(table.id)].sort((a, b) => a.lastSnapshot - b.lastSnapshot);
  const keys = files.map(({ key }) => key);
  // Files and buffer as they are at one moment, as a query's view has them.
  const views = node.mirror.views(table.id);
  const release = node.holdView();
  const local = await node.place.files.acquire(keys);
  const inputs = [
    ...local.paths.map((path, at) =>
      fileRows(ParquetFile.open(node.place.openFile(path), keys[at]!), columns),
    ),
    ...views.map((view) => viewRows(view, columns)),
  ];
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const row of inputs.length === 0 ? [] : readAll(mergeSorted(inputs, columns, BOUNDS), columns)) {
    const point = pointName(tagsOf(row, columns), row.time);
    if (found.has(point)) throw new Error(`point ${point} of ${table.name} is there twice`);
    found.set(point, fieldsOf(row, columns));
  }
  local.release();
  release();
  return found;
}

function tagsOf(row: Row, columns: readonly FileColumn[]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [at, { name }] of columns.filter(({ kind }) => kind === "tag").entries()) {
    const value = row.tags[at] ?? null;
    if (value !== null) tags[name] = value;
  }
  return tags;
}

function fieldsOf(row: Row, columns: readonly FileColumn[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const { id, name, kind, fieldType } of columns) {
    const value = kind === "field" ? row.fields[id] : undefined;
    if (value === undefined) continue;
    fields.set(name, fieldType === FieldType.string ? JSON.stringify(value) : String(value));
  }
  return fields;
}
