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
import { type ColumnInfo, FieldType } from "../../catalog/index.ts";
import type { FileColumn } from "../../storage/index.ts";
import type { StoredColumn } from "../execute/index.ts";
import type { SchemaMessage, TableShape, WorkerSetup } from "../protocol/index.ts";
import type { QueriedDatabase, StoredTable } from "../sources/index.ts";

const INTERNAL_DATABASE = "_internal";

/** A database as the planner sees it. */
export class MirroredDatabase implements QueriedDatabase {
  readonly id: number;
  name: string;
  retentionPeriodNs: bigint | null;
  readonly #systemTables: readonly TableSchema[];
  readonly #tables = new Map<number, StoredTable>();
  readonly #byName = new Map<string, StoredTable>();
  #model: SchemaModel | undefined;

  constructor(id: number, name: string, systemTables: readonly TableSchema[]) {
    this.id = id;
    this.name = name;
    this.retentionPeriodNs = null;
    this.#systemTables = systemTables;
  }

  get model(): SchemaModel {
    this.#model ??= schemaModelOf([
      ...[...this.#tables.values()].map((table) => table.schema),
      ...this.#systemTables,
    ]);
    return this.#model;
  }

  table(name: string): StoredTable | undefined {
    return this.#byName.get(name);
  }

  setTable(shape: TableShape): void {
    this.removeTable(shape.id);
    const table = storedTable(shape);
    this.#tables.set(shape.id, table);
    this.#byName.set(shape.name, table);
    this.#model = undefined;
  }

  removeTable(tableId: number): void {
    const table = this.#tables.get(tableId);
    if (table === undefined) return;
    this.#tables.delete(tableId);
    if (this.#byName.get(table.schema.name) === table) this.#byName.delete(table.schema.name);
    this.#model = undefined;
  }
}

/** The catalog's live databases and tables, as far as the messages of the main thread have arrived. */
export class SchemaMirror {
  readonly #systemTables: WorkerSetup["systemTables"];
  readonly #byId = new Map<number, MirroredDatabase>();
  readonly #byName = new Map<string, MirroredDatabase>();

  constructor(systemTables: WorkerSetup["systemTables"]) {
    this.#systemTables = systemTables;
  }

  database(name: string): MirroredDatabase | undefined {
    return this.#byName.get(name);
  }

  apply(message: SchemaMessage): void {
    switch (message.kind) {
      case "database":
        this.#setDatabase(message.id, message.name, message.retentionPeriodNs);
        return;
      case "database-gone":
        this.#removeDatabase(message.id);
        return;
      case "table":
        this.#byId.get(message.databaseId)?.setTable(message.table);
        return;
      case "table-gone":
        this.#byId.get(message.databaseId)?.removeTable(message.tableId);
        return;
    }
  }

  #setDatabase(id: number, name: string, retentionPeriodNs: bigint | null): void {
    let database = this.#byId.get(id);
    if (database === undefined) {
      const { internal, ordinary } = this.#systemTables;
      database = new MirroredDatabase(id, name, name === INTERNAL_DATABASE ? internal : ordinary);
      this.#byId.set(id, database);
    }
    if (this.#byName.get(database.name) === database) this.#byName.delete(database.name);
    database.name = name;
    database.retentionPeriodNs = retentionPeriodNs;
    this.#byName.set(name, database);
  }

  #removeDatabase(id: number): void {
    const database = this.#byId.get(id);
    if (database === undefined) return;
    this.#byId.delete(id);
    if (this.#byName.get(database.name) === database) this.#byName.delete(database.name);
  }
}

function storedTable(shape: TableShape): StoredTable {
  const columns = [...shape.columns].sort((a, b) => compareNames(a.name, b.name));
  const timeIndex = columns.findIndex((column) => column.kind === "time");
  const tags = columns
    .flatMap(({ tagIndex }, index) => (tagIndex === undefined ? [] : { index, tagIndex }))
    .sort((a, b) => a.tagIndex - b.tagIndex);
  return {
    id: shape.id,
    schema: { schema: "iox", name: shape.name, columns: columns.map(columnSchema) },
    columns: columns.map(storedColumn),
    timeIndex,
    fileColumns: columns.map(fileColumn),
    keyIndexes: [timeIndex, ...tags.map((tag) => tag.index)],
  };
}

function columnSchema(column: ColumnInfo): ColumnSchema {
  return { name: column.name, kind: column.kind, type: sqlTypeOf(column), nullable: column.kind !== "time" };
}

function storedColumn(column: ColumnInfo): StoredColumn {
  const { kind, id: columnId } = column;
  const type = sqlTypeOf(column);
  return kind === "tag" ? { kind, type, columnId, tagIndex: column.tagIndex! } : { kind, type, columnId };
}

function fileColumn({ id, name, kind, fieldType }: ColumnInfo): FileColumn {
  return { id, name, kind, ...(fieldType === undefined ? {} : { fieldType }) };
}

const FIELD_TYPES: Readonly<Record<FieldType, SqlType>> = {
  [FieldType.float]: FLOAT64,
  [FieldType.integer]: INT64,
  [FieldType.uinteger]: UINT64,
  [FieldType.boolean]: BOOLEAN,
  [FieldType.string]: UTF8,
};

function sqlTypeOf(column: ColumnInfo): SqlType {
  if (column.kind === "time") return TIMESTAMP;
  return column.kind === "tag" ? TAG : FIELD_TYPES[column.fieldType!];
}
