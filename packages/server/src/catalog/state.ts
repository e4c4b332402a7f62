import { InconsistentLogError } from "../commit-log/index.ts";
import { columnTypeOf, fieldTypeOf } from "./column-types.ts";
import { LayeredMap } from "./layered-map.ts";
import { INTERNAL_DATABASE } from "./names.ts";
import type { CatalogOperation, ColumnPair } from "./operations.ts";
import { DatabaseRecord, TableRecord } from "./records.ts";
import { changeTrigger, type TriggerOperation } from "./trigger-changes.ts";
import type { CatalogChange, TokenInfo } from "./types.ts";

export interface NextIds {
  readonly database: number;
  readonly table: number;
  readonly trigger: number;
  readonly token: number;
}

/** Everything the catalog knows at one sequence. Immutable: each commit makes a new one that shares the rest. */
export interface CatalogState {
  readonly uuid: string;
  readonly createdAtMs: number;
  /** What the first start was told; null: nothing yet. */
  readonly gen1DurationSeconds: number | null;
  readonly sequence: number;
  readonly next: NextIds;
  readonly databases: LayeredMap<number, DatabaseRecord>;
  /** Deleted ones too: their names are unique as well. */
  readonly databaseIds: LayeredMap<string, number>;
  readonly databaseOfTable: LayeredMap<number, number>;
  readonly tokens: LayeredMap<number, TokenInfo>;
  readonly tokenIds: LayeredMap<string, number>;
  /** What the limits count. */
  readonly liveDatabases: number;
  readonly liveTables: number;
}

export const emptyState: CatalogState = {
  uuid: "",
  createdAtMs: 0,
  gen1DurationSeconds: null,
  sequence: 0,
  next: { database: 0, table: 0, trigger: 0, token: 0 },
  databases: LayeredMap.empty(),
  databaseIds: LayeredMap.empty(),
  databaseOfTable: LayeredMap.empty(),
  tokens: LayeredMap.empty(),
  tokenIds: LayeredMap.empty(),
  liveDatabases: 0,
  liveTables: 0,
};

/** A change to tell listeners about; databases and tables are looked up when the whole commit is applied. */
type Touched =
  | { kind: "database-created" | "database-updated" | "database-deleted"; database: number }
  | { kind: "table-created" | "table-updated" | "table-deleted"; database: number; table: number }
  | Extract<CatalogChange, { trigger: unknown }>
  | Extract<CatalogChange, { token: unknown }>;

/** Applies a commit. The same code runs when it is made and when it is read back at start. Throws InconsistentLogError. */
export function applyOperations(
  state: CatalogState,
  sequence: number,
  operations: readonly CatalogOperation[],
): { state: CatalogState; changes: CatalogChange[] } {
  const touched: Touched[] = [];
  let next = state;
  for (const operation of operations) next = applyOne(next, sequence, operation, touched);
  return { state: { ...next, sequence }, changes: touched.map((change) => describe(next, change)) };
}

function describe(state: CatalogState, change: Touched): CatalogChange {
  if ("token" in change || "trigger" in change) return change;
  const database = databaseOf(state, change.database);
  if (!("table" in change)) return { kind: change.kind, database };
  return { kind: change.kind, database, table: tableOf(database, change.table) };
}

function databaseOf(state: CatalogState, id: number): DatabaseRecord {
  const database = state.databases.get(id);
  if (database === undefined) throw new InconsistentLogError(`database ${id} does not exist`);
  return database;
}

function tableOf(database: DatabaseRecord, id: number): TableRecord {
  const table = database.tableById(id);
  if (table === undefined) throw new InconsistentLogError(`table ${id} does not exist`);
  return table;
}

function applyOne(
  state: CatalogState,
  sequence: number,
  operation: CatalogOperation,
  touched: Touched[],
): CatalogState {
  switch (operation.op) {
    case "instance":
      return { ...state, uuid: operation.uuid, createdAtMs: operation.createdAtMs };
    case "gen1-duration":
      return { ...state, gen1DurationSeconds: operation.seconds };
    case "next-ids": {
      const { database, table, trigger, token } = operation;
      return { ...state, next: { database, table, trigger, token } };
    }
    case "create-database":
      return createDatabase(state, operation, touched);
    case "set-retention": {
      const retentionPeriodNs = nanoseconds(operation.retentionNs);
      touched.push({ kind: "database-updated", database: operation.database });
      return withDatabase(state, databaseOf(state, operation.database).with({ retentionPeriodNs }));
    }
    case "delete-database":
      return deleteDatabase(state, operation, touched);
    case "create-table":
      return createTable(state, sequence, operation, touched);
    case "add-columns": {
      const database = databaseOf(state, operation.database);
      touched.push({ kind: "table-updated", database: operation.database, table: operation.table });
      const table = withColumns(tableOf(database, operation.table).copy(), operation.columns);
      return withDatabase(state, database.withTable(table));
    }
    case "delete-table":
      return deleteTable(state, operation, touched);
    case "forget-table":
      return forgetTable(state, operation);
    case "forget-database":
      return forgetDatabase(state, operation);
    case "create-trigger":
    case "update-trigger":
    case "set-trigger-disabled":
    case "delete-trigger":
      return applyToTriggers(state, operation, touched);
    case "create-token":
    case "replace-token":
    case "delete-token":
      return applyToTokens(state, operation, touched);
    default:
      throw new InconsistentLogError(`unknown operation '${(operation as { op: string }).op}'`);
  }
}

type Operation<K extends CatalogOperation["op"]> = Extract<CatalogOperation, { op: K }>;

function nanoseconds(digits: string | null): bigint | null {
  return digits === null ? null : BigInt(digits);
}

function withDatabase(state: CatalogState, database: DatabaseRecord): CatalogState {
  return { ...state, databases: state.databases.set(database.id, database) };
}

function createDatabase(
  state: CatalogState,
  operation: Operation<"create-database">,
  touched: Touched[],
): CatalogState {
  const { id, name, deleted } = operation;
  let database = DatabaseRecord.create(id, name, nanoseconds(operation.retentionNs));
  if (deleted !== undefined) {
    database = database.with({ deleted: true, hardDeleteAtMs: deleted.hardDeleteAtMs });
  }
  touched.push({ kind: "database-created", database: id });
  const counts = deleted === undefined && name !== INTERNAL_DATABASE;
  return {
    ...withDatabase(state, database),
    databaseIds: state.databaseIds.set(name, id),
    next: { ...state.next, database: Math.max(state.next.database, id + 1) },
    liveDatabases: state.liveDatabases + (counts ? 1 : 0),
  };
}

function deleteDatabase(
  state: CatalogState,
  operation: Operation<"delete-database">,
  touched: Touched[],
): CatalogState {
  const before = databaseOf(state, operation.database);
  const { name, hardDeleteAtMs } = operation;
  let after = before.with({ name, deleted: true, hardDeleteAtMs });
  for (const trigger of before.triggers()) after = after.withTrigger({ ...trigger, disabled: true });
  touched.push({ kind: "database-deleted", database: before.id });
  const counted = before.deleted ? 0 : 1;
  return {
    ...withDatabase(state, after),
    databaseIds: state.databaseIds.delete(before.name).set(name, before.id),
    liveDatabases: state.liveDatabases - counted,
    liveTables: state.liveTables - counted * before.liveTableCount,
  };
}

function createTable(
  state: CatalogState,
  sequence: number,
  operation: Operation<"create-table">,
  touched: Touched[],
): CatalogState {
  const database = databaseOf(state, operation.database);
  const { id, name, deleted } = operation;
  const created = TableRecord.create(id, database.id, name, operation.createdSequence ?? sequence);
  let table = withColumns(created, operation.columns);
  if (deleted !== undefined) table = table.copy({ deleted: true, hardDeleteAtMs: deleted.hardDeleteAtMs });
  touched.push({ kind: "table-created", database: database.id, table: id });
  const counts = deleted === undefined && !database.deleted;
  return {
    ...withDatabase(state, database.withTable(table)),
    databaseOfTable: state.databaseOfTable.set(id, database.id),
    next: { ...state.next, table: Math.max(state.next.table, id + 1) },
    liveTables: state.liveTables + (counts ? 1 : 0),
  };
}

function deleteTable(
  state: CatalogState,
  operation: Operation<"delete-table">,
  touched: Touched[],
): CatalogState {
  const database = databaseOf(state, operation.database);
  const before = tableOf(database, operation.table);
  const { name, hardDeleteAtMs } = operation;
  touched.push({ kind: "table-deleted", database: database.id, table: before.id });
  const counted = before.deleted || database.deleted ? 0 : 1;
  return {
    ...withDatabase(state, database.withTable(before.copy({ name, deleted: true, hardDeleteAtMs }))),
    liveTables: state.liveTables - counted,
  };
}

/** Its deletion was told already: nobody needs to hear of the end of the record. */
function forgetTable(state: CatalogState, operation: Operation<"forget-table">): CatalogState {
  const database = databaseOf(state, operation.database);
  const table = tableOf(database, operation.table);
  if (!table.deleted) throw new InconsistentLogError(`table ${table.id} is not deleted`);
  return {
    ...withDatabase(state, database.withoutTable(table.id)),
    databaseOfTable: state.databaseOfTable.delete(table.id),
  };
}

function forgetDatabase(state: CatalogState, operation: Operation<"forget-database">): CatalogState {
  const database = databaseOf(state, operation.database);
  if (!database.deleted) throw new InconsistentLogError(`database ${database.id} is not deleted`);
  let databaseOfTable = state.databaseOfTable;
  for (const table of database.allTables()) databaseOfTable = databaseOfTable.delete(table.id);
  return {
    ...state,
    databases: state.databases.delete(database.id),
    databaseIds: state.databaseIds.delete(database.name),
    databaseOfTable,
  };
}

/** Adds to a table that nobody else has seen yet. */
function withColumns(table: TableRecord, columns: readonly ColumnPair[]): TableRecord {
  for (const [name, type] of columns) {
    table.addColumn(name, type === "tag" ? "tag" : "field", fieldTypeOf(type));
  }
  return table;
}

export function columnPairs(table: TableRecord, fromColumn = 1): ColumnPair[] {
  return table.columns
    .slice(fromColumn)
    .map((column) => [column.name, columnTypeOf(column.kind as "tag" | "field", column.fieldType)] as const);
}

function applyToTriggers(state: CatalogState, operation: TriggerOperation, touched: Touched[]): CatalogState {
  const creates = operation.op === "create-trigger";
  const before = databaseOf(state, creates ? operation.databaseId : operation.database);
  const change = changeTrigger(before, operation);
  touched.push(change);
  const changed = withDatabase(state, change.database);
  if (!creates) return changed;
  return { ...changed, next: { ...state.next, trigger: Math.max(state.next.trigger, operation.id + 1) } };
}

function applyToTokens(
  state: CatalogState,
  operation: Operation<"create-token" | "replace-token" | "delete-token">,
  touched: Touched[],
): CatalogState {
  if (operation.op === "create-token") {
    const { op: _, ...token } = operation;
    touched.push({ kind: "token-created", token });
    return {
      ...state,
      tokens: state.tokens.set(token.id, token),
      tokenIds: state.tokenIds.set(token.hash, token.id),
      next: { ...state.next, token: Math.max(state.next.token, token.id + 1) },
    };
  }
  const before = state.tokens.get(operation.id);
  if (before === undefined) throw new InconsistentLogError(`token ${operation.id} does not exist`);
  touched.push({ kind: "token-deleted", token: before });
  const without = {
    ...state,
    tokens: state.tokens.delete(before.id),
    tokenIds: state.tokenIds.delete(before.hash),
  };
  if (operation.op === "delete-token") return without;
  const token = { ...before, hash: operation.hash, createdAtMs: operation.createdAtMs };
  touched.push({ kind: "token-created", token });
  return {
    ...without,
    tokens: state.tokens.set(token.id, token),
    tokenIds: without.tokenIds.set(token.hash, token.id),
  };
}
