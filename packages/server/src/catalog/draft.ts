import { type Limits, ServerError } from "../foundation/index.ts";
import { checkColumnName, checkDatabaseName, INTERNAL_DATABASE } from "./names.ts";
import type { CatalogOperation } from "./operations.ts";
import { DatabaseRecord, TableRecord } from "./records.ts";
import { type CatalogState, columnPairs } from "./state.ts";
import type { FieldType, SchemaDraft, TableInfo } from "./types.ts";

/** Commits what `build` returns for the state that is current when it is this commit's turn. */
export type CommitDraft = (
  build: (state: CatalogState) => CatalogOperation[] | "conflict",
) => Promise<boolean>;

interface DraftTable {
  /** A private copy, or a new table. */
  readonly record: TableRecord;
  /** What the copy was made from; undefined for a new table. */
  readonly base: TableRecord | undefined;
}

/** Schema additions on top of one state of the catalog. */
export class CatalogDraft implements SchemaDraft {
  readonly #base: CatalogState;
  readonly #limits: Limits;
  readonly #commit: CommitDraft;
  readonly #database: DatabaseRecord;
  readonly #isNewDatabase: boolean;
  readonly #tables = new Map<string, DraftTable>();
  #newTables = 0;
  /** How to take back each addition, oldest first. */
  readonly #undo: (() => void)[] = [];

  constructor(base: CatalogState, name: string, limits: Limits, commit: CommitDraft) {
    this.#base = base;
    this.#limits = limits;
    this.#commit = commit;
    const id = base.databaseIds.get(name);
    const existing = id === undefined ? undefined : base.databases.get(id);
    this.#isNewDatabase = existing === undefined;
    if (existing !== undefined) {
      if (existing.deleted) throw new ServerError("soft_deleted_database", { name });
      if (name === INTERNAL_DATABASE) throw new ServerError("internal_database_modify");
      this.#database = existing;
      return;
    }
    checkDatabaseName(name);
    checkDatabaseLimit(base, limits);
    this.#database = DatabaseRecord.create(base.next.database, name, null);
  }

  get empty(): boolean {
    return !this.#isNewDatabase && this.#undo.length === 0;
  }

  database(): DatabaseRecord {
    return this.#database;
  }

  table(name: string): TableInfo | undefined {
    return this.#tables.get(name)?.record ?? this.#database.table(name);
  }

  addTable(name: string): TableInfo {
    checkTableLimit(this.#base, this.#limits, this.#newTables);
    const id = this.#base.next.table + this.#newTables;
    const record = TableRecord.create(id, this.#database.id, name, this.#base.sequence + 1);
    this.#tables.set(name, { record, base: undefined });
    this.#newTables++;
    this.#undo.push(() => {
      this.#tables.delete(name);
      this.#newTables--;
    });
    return record;
  }

  addColumn(table: TableInfo, name: string, kind: "tag" | "field", fieldType?: FieldType): TableInfo {
    checkColumnName(name);
    const { record } = this.#ownTable(table.name);
    checkColumnLimits(record, kind, this.#limits);
    record.addColumn(name, kind, fieldType);
    this.#undo.push(() => record.removeLastColumn());
    return record;
  }

  savepoint(): number {
    return this.#undo.length;
  }

  rollbackTo(savepoint: number): void {
    while (this.#undo.length > savepoint) this.#undo.pop()?.();
  }

  async commit(): Promise<"committed" | "conflict"> {
    return (await this.#commit((state) => this.#operations(state))) ? "committed" : "conflict";
  }

  #operations(state: CatalogState): CatalogOperation[] | "conflict" {
    if (this.#overtaken(state)) return "conflict";
    const operations: CatalogOperation[] = [];
    const { id, name } = this.#database;
    if (this.#isNewDatabase) operations.push({ op: "create-database", id, name, retentionNs: null });
    for (const { record, base } of this.#tables.values()) {
      if (base === undefined) {
        const columns = columnPairs(record);
        operations.push({ op: "create-table", database: id, id: record.id, name: record.name, columns });
      } else if (record.columns.length > base.columns.length) {
        const columns = columnPairs(record, base.columns.length);
        operations.push({ op: "add-columns", database: id, table: record.id, columns });
      }
    }
    return operations;
  }

  /** Whether another commit took an id, a name or a table that this draft builds on. */
  #overtaken(state: CatalogState): boolean {
    if (state === this.#base) return false;
    if (this.#newTables > 0 && state.next.table !== this.#base.next.table) return true;
    if (this.#isNewDatabase) {
      return state.next.database !== this.#base.next.database || state.databaseIds.has(this.#database.name);
    }
    const current = state.databases.get(this.#database.id);
    if (current === undefined || current.deleted) return true;
    for (const { record, base } of this.#tables.values()) {
      // A new table's name cannot be taken without its id being taken too.
      if (base !== undefined && current.tableById(record.id) !== base) return true;
    }
    return false;
  }

  #ownTable(name: string): DraftTable {
    const own = this.#tables.get(name);
    if (own !== undefined) return own;
    const base = this.#database.table(name);
    if (base === undefined) throw new Error(`table '${name}' is not in the draft`);
    const copied = { record: base.copy(), base };
    this.#tables.set(name, copied);
    return copied;
  }
}

export function checkDatabaseLimit(state: CatalogState, limits: Limits): void {
  if (state.liveDatabases >= limits.maxDatabases) {
    throw new ServerError("too_many_databases", { limit: limits.maxDatabases });
  }
}

export function checkTableLimit(state: CatalogState, limits: Limits, added: number): void {
  const count = state.liveTables + added;
  if (count >= limits.maxTables) throw new ServerError("too_many_tables", { count, limit: limits.maxTables });
}

export function checkColumnLimits(table: TableRecord, kind: "tag" | "field", limits: Limits): void {
  // `time` is not counted.
  if (table.columns.length - 1 >= limits.maxColumns) {
    throw new ServerError("too_many_columns", { limit: limits.maxColumns });
  }
  if (kind === "tag" && table.tags.length >= limits.maxTagColumns) {
    throw new ServerError("too_many_tag_columns", { limit: limits.maxTagColumns });
  }
}
