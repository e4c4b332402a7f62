import type { HardDelete } from "@millrace/api/grammar";
import { ServerError } from "../foundation/index.ts";
import { columnTypeText, fieldTypeOfApiName } from "./column-types.ts";
import { type CatalogCore, liveDatabase } from "./core.ts";
import { checkColumnLimits, checkDatabaseLimit, checkTableLimit } from "./draft.ts";
import { checkColumnName, checkDatabaseName, deletedName, INTERNAL_DATABASE } from "./names.ts";
import type { CatalogOperation } from "./operations.ts";
import { type DatabaseRecord, TableRecord } from "./records.ts";
import { type CatalogState, columnPairs } from "./state.ts";
import type {
  DatabaseCommands,
  DatabaseInfo,
  DeletedThing,
  DeletionCommands,
  FieldType,
  FieldTypeName,
  TableInfo,
} from "./types.ts";

type FieldDefinition = { name: string; type: FieldTypeName };

export class DatabaseAdministration implements DatabaseCommands, DeletionCommands {
  readonly #core: CatalogCore;

  constructor(core: CatalogCore) {
    this.#core = core;
  }

  async createDatabase(
    name: string,
    options: { retentionPeriodNs?: bigint | null } = {},
  ): Promise<DatabaseInfo> {
    const retentionPeriodNs = options.retentionPeriodNs ?? null;
    await this.#core.commit((state) => {
      if (state.databaseIds.has(name)) throw new ServerError("already_exists");
      return [this.#newDatabase(state, name, retentionPeriodNs)];
    });
    return this.#databaseNamed(name);
  }

  async setRetention(name: string, periodNs: bigint | null): Promise<void> {
    await this.#core.commit((state) => {
      const database = liveDatabase(state, name, new ServerError("resource_not_found", { name }));
      if (database.retentionPeriodNs === periodNs) return [];
      return [{ op: "set-retention", database: database.id, retentionNs: digits(periodNs) }];
    });
  }

  async deleteDatabase(name: string, when: HardDelete): Promise<void> {
    if (name === INTERNAL_DATABASE) throw new ServerError("internal_database_delete");
    await this.#core.commit((state) => {
      const id = state.databaseIds.get(name);
      const database = id === undefined ? undefined : state.databases.get(id);
      if (database === undefined) throw new ServerError("resource_not_found", { name });
      const hardDeleteAtMs = this.#hardDeleteAtMs(when);
      if (database.deleted) checkAgain(database, when, hardDeleteAtMs);
      const nowMs = this.#core.clock.nowMs();
      const taken = (candidate: string) => state.databaseIds.has(candidate);
      const renamed = database.deleted ? name : deletedName(name, database.id, nowMs, taken);
      return [{ op: "delete-database", database: database.id, name: renamed, hardDeleteAtMs }];
    });
  }

  async createTable(
    database: string,
    table: string,
    tags: readonly string[],
    fields: readonly FieldDefinition[],
  ): Promise<TableInfo> {
    await this.#core.commit((state) => this.#createTable(state, database, table, tags, fields));
    const created = this.#databaseNamed(database).table(table);
    if (created === undefined) throw new ServerError("resource_not_found", { name: table });
    return created;
  }

  async deleteTable(databaseName: string, name: string, when: HardDelete): Promise<void> {
    await this.#core.commit((state) => {
      const missing = new ServerError("database_not_found", { name: databaseName });
      const database = liveDatabase(state, databaseName, missing);
      const table = database.table(name) ?? deletedTable(database, name);
      if (table === undefined) throw new ServerError("resource_not_found", { name });
      const hardDeleteAtMs = this.#hardDeleteAtMs(when);
      if (table.deleted) checkAgain(table, when, hardDeleteAtMs);
      const taken = (candidate: string) => deletedTable(database, candidate) !== undefined;
      const renamed = table.deleted ? name : deletedName(name, table.id, this.#core.clock.nowMs(), taken);
      return [{ op: "delete-table", database: database.id, table: table.id, name: renamed, hardDeleteAtMs }];
    });
  }

  async forget(things: readonly DeletedThing[]): Promise<void> {
    await this.#core.commit((state) => things.flatMap((thing) => forgetting(state, thing)));
  }

  #newDatabase(state: CatalogState, name: string, retentionPeriodNs: bigint | null): CatalogOperation {
    checkDatabaseName(name);
    checkDatabaseLimit(state, this.#core.limits);
    const id = state.next.database;
    return { op: "create-database", id, name, retentionNs: digits(retentionPeriodNs) };
  }

  #createTable(
    state: CatalogState,
    databaseName: string,
    name: string,
    tags: readonly string[],
    fields: readonly FieldDefinition[],
  ): CatalogOperation[] {
    const operations: CatalogOperation[] = [];
    let database = state.next.database;
    if (state.databaseIds.has(databaseName)) {
      const missing = new ServerError("database_not_found", { name: databaseName });
      const existing = liveDatabase(state, databaseName, missing);
      if (existing.table(name) !== undefined) throw new ServerError("already_exists");
      database = existing.id;
    } else {
      operations.push(this.#newDatabase(state, databaseName, null));
    }
    checkTableLimit(state, this.#core.limits, 0);
    if (name === "") {
      throw new ServerError("invalid_configuration", { detail: "the table name cannot be empty" });
    }
    const table = TableRecord.create(state.next.table, database, name, state.sequence + 1);
    for (const tag of tags) this.#addColumn(table, tag, "tag", undefined);
    for (const field of fields) this.#addColumn(table, field.name, "field", fieldTypeOfApiName(field.type));
    operations.push({ op: "create-table", database, id: table.id, name, columns: columnPairs(table) });
    return operations;
  }

  #addColumn(
    table: TableRecord,
    name: string,
    kind: "tag" | "field",
    fieldType: FieldType | undefined,
  ): void {
    checkColumnName(name);
    if (name === "") {
      throw new ServerError("invalid_configuration", { detail: "a column name cannot be empty" });
    }
    const present = table.column(name);
    if (present === undefined) {
      checkColumnLimits(table, kind, this.#core.limits);
      table.addColumn(name, kind, fieldType);
      return;
    }
    const expected = columnTypeText(present);
    const got = columnTypeText(fieldType === undefined ? { kind } : { kind, fieldType });
    if (expected !== got) throw new ServerError("column_type_conflict", { name, expected, got });
  }

  #hardDeleteAtMs(when: HardDelete): number | null {
    const nowMs = this.#core.clock.nowMs();
    switch (when.kind) {
      case "never":
        return null;
      case "now":
        return nowMs;
      case "default":
        return nowMs + this.#core.hardDeleteDefaultMs;
      case "at":
        return Math.max(when.timeMs, nowMs);
    }
  }

  #databaseNamed(name: string): DatabaseInfo {
    const id = this.#core.state.databaseIds.get(name);
    const database = id === undefined ? undefined : this.#core.state.databases.get(id);
    if (database === undefined) throw new ServerError("database_not_found", { name });
    return database;
  }
}

function forgetting(state: CatalogState, { databaseId, tableId }: DeletedThing): CatalogOperation[] {
  const database = state.databases.get(databaseId);
  if (database === undefined) return [];
  if (tableId === undefined) {
    return database.deleted ? [{ op: "forget-database", database: databaseId }] : [];
  }
  const table = database.tableById(tableId);
  return table?.deleted ? [{ op: "forget-table", database: databaseId, table: tableId }] : [];
}

function digits(periodNs: bigint | null): string | null {
  return periodNs === null ? null : String(periodNs);
}

function deletedTable(database: DatabaseRecord, name: string): TableRecord | undefined {
  for (const table of database.allTables()) if (table.deleted && table.name === name) return table;
  return undefined;
}

/** A second delete may only move the time of removal. */
function checkAgain(
  target: { name: string; hardDeleteAtMs: number | null },
  when: HardDelete,
  hardDeleteAtMs: number | null,
): void {
  if (when.kind === "default" || target.hardDeleteAtMs === hardDeleteAtMs) {
    throw new ServerError("already_deleted", { name: target.name });
  }
}
