import type { DatabaseInfo, DeletedThing, TableInfo } from "../../catalog/index.ts";
import type { FileIndex } from "../file-index/index.ts";
import type { DataFile } from "../types.ts";
import type { StorageCatalog } from "./types.ts";

const NANOS_A_MILLI = 1_000_000n;

/** Files whose rows are all older than their database keeps them. */
export function expiredFiles(index: FileIndex, catalog: StorageCatalog, nowMs: number): DataFile[] {
  const nowNs = BigInt(Math.floor(nowMs)) * NANOS_A_MILLI;
  const cutoffs = new Map<number, bigint>();
  for (const database of catalog.databases()) {
    if (database.deleted || database.retentionPeriodNs === null) continue;
    cutoffs.set(database.id, nowNs - database.retentionPeriodNs);
  }
  return index.files().filter(({ databaseId, maxTimeNs }) => {
    const cutoff = cutoffs.get(databaseId);
    return cutoff !== undefined && maxTimeNs < cutoff;
  });
}

/** Files of what was deleted long enough ago, or is not known any more. */
export function deletedFiles(index: FileIndex, catalog: StorageCatalog, nowMs: number): DataFile[] {
  const gone: DataFile[] = [];
  for (const tableId of index.tableIds()) {
    if (isGone(catalog, catalog.tableById(tableId), nowMs)) gone.push(...index.filesOfTable(tableId));
  }
  return gone;
}

/** Deleted things whose files are gone for as long as they are to be listed. */
export function forgettable(
  index: FileIndex,
  catalog: StorageCatalog,
  nowMs: number,
  graceMs: number,
): DeletedThing[] {
  const isDue = (thing: Deletable): boolean => isPast(thing, nowMs - graceMs);
  const hasFiles = ({ id }: TableInfo): boolean => !index.filesOfTable(id).next().done;
  const things: DeletedThing[] = [];
  for (const database of catalog.databases()) {
    if (isDue(database)) {
      if (![...database.allTables()].some(hasFiles)) things.push({ databaseId: database.id });
      continue;
    }
    for (const table of database.allTables()) {
      if (isDue(table) && !hasFiles(table)) things.push({ databaseId: database.id, tableId: table.id });
    }
  }
  return things;
}

/** The next moment after `nowMs` at which files or records of something deleted are to go. */
export function nextDeadlineMs(catalog: StorageCatalog, nowMs: number, graceMs: number): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  const consider = ({ deleted, hardDeleteAtMs }: Deletable): void => {
    if (!deleted || hardDeleteAtMs === null) return;
    for (const deadline of [hardDeleteAtMs, hardDeleteAtMs + graceMs]) {
      if (deadline > nowMs) next = Math.min(next, deadline);
    }
  };
  for (const database of catalog.databases()) {
    consider(database);
    for (const table of database.allTables()) consider(table);
  }
  return Number.isFinite(next) ? next : undefined;
}

type Deletable = Pick<DatabaseInfo | TableInfo, "deleted" | "hardDeleteAtMs">;

function isPast({ deleted, hardDeleteAtMs }: Deletable, nowMs: number): boolean {
  return deleted && hardDeleteAtMs !== null && hardDeleteAtMs <= nowMs;
}

function isGone(catalog: StorageCatalog, table: TableInfo | undefined, nowMs: number): boolean {
  if (table === undefined || isPast(table, nowMs)) return true;
  const database = catalog.databaseById(table.databaseId);
  return database === undefined || isPast(database, nowMs);
}
