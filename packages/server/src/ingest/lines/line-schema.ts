import type { LineParser } from "@millrace/line-protocol";
import { type ColumnInfo, columnTypeText, type FieldType, type TableInfo } from "../../catalog/index.ts";
import { ServerError } from "../../foundation/index.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** What a line's names stand for. */
export interface LineSchema {
  readonly table: TableInfo;
  readonly tagIndexes: readonly number[];
  readonly tagValues: readonly string[];
  /** In the order of the line's fields. */
  readonly columnIds: readonly number[];
}

const RESERVED_NAMES = new Set(["time", "__chunk_order"]);

/**
 * Holds a line against the schema, adding what is missing: table, then tags, then fields, each in the order of the
 * line. Throws ServerError at the first contradiction (docs/reference/line-protocol.md, "Schema conflicts").
 */
export function qualifyLine(line: LineParser, scope: SchemaScope): LineSchema {
  const name = line.measurements.name(line.measurementId);
  const known = scope.table(name);
  // A table gets its time column with its first row: until then the name is reserved rather than taken.
  const isNew = known === undefined;
  let table = known ?? scope.addTable(name);

  const tagIndexes: number[] = [];
  const tagValues: string[] = [];
  for (const { key, value } of line.keys.tags(line.keyId)) {
    if (columnOf(table, key, isNew) === undefined) table = scope.addColumn(table, key, "tag");
    const column = table.column(key)!;
    if (column.kind !== "tag") throw conflict(column, { kind: "tag" });
    tagIndexes.push(column.tagIndex!);
    tagValues.push(value);
  }

  const columnIds: number[] = [];
  const fields = line.fields(line.measurementId);
  for (let i = 0; i < line.fieldCount; i++) {
    const key = fields.name(line.fieldKeyIds[i]!);
    const type = line.fieldTypes[i] as FieldType;
    if (columnOf(table, key, isNew) === undefined) table = scope.addColumn(table, key, "field", type);
    const column = table.column(key)!;
    if (column.kind !== "field" || column.fieldType !== type) {
      throw conflict(column, { kind: "field", fieldType: type });
    }
    columnIds.push(column.id);
  }
  return { table, tagIndexes, tagValues, columnIds };
}

function columnOf(table: TableInfo, name: string, tableIsNew: boolean): ColumnInfo | undefined {
  const column = table.column(name);
  if (RESERVED_NAMES.has(name) && (tableIsNew || column === undefined)) {
    throw new ServerError("reserved_column", { name });
  }
  return column;
}

function conflict(column: ColumnInfo, got: Pick<ColumnInfo, "kind" | "fieldType">): ServerError {
  const types = { expected: columnTypeText(column), got: columnTypeText(got) };
  return new ServerError("column_type_conflict", { name: column.name, ...types });
}
