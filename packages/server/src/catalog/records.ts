import { LayeredMap } from "./layered-map.ts";
import type { ColumnInfo, DatabaseInfo, FieldType, TableInfo, TriggerInfo } from "./types.ts";

/** A table. Whoever made one may still add columns; once it is part of the catalog's state it never changes. */
export class TableRecord implements TableInfo {
  readonly id: number;
  readonly databaseId: number;
  readonly name: string;
  readonly deleted: boolean;
  readonly hardDeleteAtMs: number | null;
  readonly createdSequence: number;
  readonly columns: ColumnInfo[];
  readonly tags: ColumnInfo[];
  readonly #byName: Map<string, ColumnInfo>;

  private constructor(identity: TableIdentity, columns: ColumnInfo[]) {
    this.id = identity.id;
    this.databaseId = identity.databaseId;
    this.name = identity.name;
    this.deleted = identity.deleted;
    this.hardDeleteAtMs = identity.hardDeleteAtMs;
    this.createdSequence = identity.createdSequence;
    this.columns = columns;
    this.tags = columns.filter((column) => column.kind === "tag");
    this.#byName = new Map(columns.map((column) => [column.name, column]));
  }

  /** A table with its `time` column. */
  static create(id: number, databaseId: number, name: string, createdSequence: number): TableRecord {
    return new TableRecord({ id, databaseId, name, deleted: false, hardDeleteAtMs: null, createdSequence }, [
      { id: 0, name: "time", kind: "time" },
    ]);
  }

  copy(changes: Partial<Pick<TableIdentity, "name" | "deleted" | "hardDeleteAtMs">> = {}): TableRecord {
    const { id, databaseId, name, deleted, hardDeleteAtMs, createdSequence } = this;
    const identity = { id, databaseId, name, deleted, hardDeleteAtMs, createdSequence, ...changes };
    return new TableRecord(identity, [...this.columns]);
  }

  column(name: string): ColumnInfo | undefined {
    return this.#byName.get(name);
  }

  addColumn(name: string, kind: "tag" | "field", fieldType: FieldType | undefined): ColumnInfo {
    const id = this.columns.length;
    const column: ColumnInfo =
      kind === "tag"
        ? { id, name, kind, tagIndex: this.tags.length }
        : { id, name, kind, fieldType: fieldType as FieldType };
    this.columns.push(column);
    if (kind === "tag") this.tags.push(column);
    this.#byName.set(name, column);
    return column;
  }

  removeLastColumn(): void {
    const column = this.columns.pop();
    if (column === undefined) return;
    if (column.kind === "tag") this.tags.pop();
    this.#byName.delete(column.name);
  }
}

interface TableIdentity {
  id: number;
  databaseId: number;
  name: string;
  deleted: boolean;
  hardDeleteAtMs: number | null;
  createdSequence: number;
}

interface DatabaseParts {
  id: number;
  name: string;
  deleted: boolean;
  hardDeleteAtMs: number | null;
  retentionPeriodNs: bigint | null;
  liveTables: LayeredMap<string, number>;
  tablesById: LayeredMap<number, TableRecord>;
  triggersByName: LayeredMap<string, TriggerInfo>;
}

/** An immutable database. */
export class DatabaseRecord implements DatabaseInfo {
  readonly #parts: DatabaseParts;

  private constructor(parts: DatabaseParts) {
    this.#parts = parts;
  }

  static create(id: number, name: string, retentionPeriodNs: bigint | null): DatabaseRecord {
    return new DatabaseRecord({
      id,
      name,
      deleted: false,
      hardDeleteAtMs: null,
      retentionPeriodNs,
      liveTables: LayeredMap.empty(),
      tablesById: LayeredMap.empty(),
      triggersByName: LayeredMap.empty(),
    });
  }

  get id(): number {
    return this.#parts.id;
  }
  get name(): string {
    return this.#parts.name;
  }
  get deleted(): boolean {
    return this.#parts.deleted;
  }
  get hardDeleteAtMs(): number | null {
    return this.#parts.hardDeleteAtMs;
  }
  get retentionPeriodNs(): bigint | null {
    return this.#parts.retentionPeriodNs;
  }
  get liveTableCount(): number {
    return this.#parts.liveTables.size;
  }

  table(name: string): TableRecord | undefined {
    const id = this.#parts.liveTables.get(name);
    return id === undefined ? undefined : this.#parts.tablesById.get(id);
  }

  tableById(id: number): TableRecord | undefined {
    return this.#parts.tablesById.get(id);
  }

  *tables(): Generator<TableRecord> {
    for (const table of this.#parts.tablesById.values()) if (!table.deleted) yield table;
  }

  allTables(): Generator<TableRecord> {
    return this.#parts.tablesById.values();
  }

  trigger(name: string): TriggerInfo | undefined {
    return this.#parts.triggersByName.get(name);
  }

  triggers(): Generator<TriggerInfo> {
    return this.#parts.triggersByName.values();
  }

  with(
    changes: Partial<Pick<DatabaseParts, "name" | "deleted" | "hardDeleteAtMs" | "retentionPeriodNs">>,
  ): DatabaseRecord {
    return new DatabaseRecord({ ...this.#parts, ...changes });
  }

  withTable(table: TableRecord): DatabaseRecord {
    const before = this.#parts.tablesById.get(table.id);
    let liveTables = this.#parts.liveTables;
    if (table.deleted) {
      if (before !== undefined && !before.deleted) liveTables = liveTables.delete(before.name);
    } else if (before === undefined || before.deleted) {
      liveTables = liveTables.set(table.name, table.id);
    }
    const tablesById = this.#parts.tablesById.set(table.id, table);
    return new DatabaseRecord({ ...this.#parts, liveTables, tablesById });
  }

  /** Without a table that was deleted before. */
  withoutTable(id: number): DatabaseRecord {
    return new DatabaseRecord({ ...this.#parts, tablesById: this.#parts.tablesById.delete(id) });
  }

  withTrigger(trigger: TriggerInfo): DatabaseRecord {
    const triggersByName = this.#parts.triggersByName.set(trigger.name, trigger);
    return new DatabaseRecord({ ...this.#parts, triggersByName });
  }

  withoutTrigger(name: string): DatabaseRecord {
    return new DatabaseRecord({ ...this.#parts, triggersByName: this.#parts.triggersByName.delete(name) });
  }
}
