import type { MessagePort } from "node:worker_threads";
import type { BufferPost } from "../../buffer/index.ts";
import type { Catalog, CatalogChange, DatabaseInfo, TableInfo } from "../../catalog/index.ts";
import type { FileViews, ViewSwitch } from "../../storage/index.ts";
import type { StateMessage } from "../protocol/index.ts";

/** The part of the buffer that tells readers about its memory. */
export interface BufferAnnouncer {
  /** `post` is told everything that exists and everything that comes, until the returned function is called. */
  onMessage(post: BufferPost): () => void;
}

/** What exists, to tell it to a worker. */
export interface StateSource {
  readonly catalog: Catalog;
  readonly buffer: BufferAnnouncer;
  readonly files: FileViews;
}

export interface StateFeed {
  onCatalogChange(change: CatalogChange): void;
  onSwitch(change: ViewSwitch): void;
  stop(): void;
}

/**
 * Tells a worker what exists in catalog, files and buffer, and then every change. A table is announced before its
 * rows, because the catalog's listeners run before the rows that need them are published.
 */
export function feedState(port: MessagePort, { catalog, buffer, files }: StateSource): StateFeed {
  const post = (message: StateMessage): void => port.postMessage(message);
  for (const database of catalog.databases()) {
    if (database.deleted) continue;
    post(databaseMessage(database));
    for (const table of database.tables()) post(tableMessage(table));
  }
  post({ kind: "files", ...files.current() });
  const stop = buffer.onMessage((batch) => post({ kind: "buffer", batch }));
  return {
    stop,
    onSwitch: (change) => post({ kind: "view-switch", change }),
    onCatalogChange(change) {
      for (const message of changeMessages(change)) post(message);
    },
  };
}

function changeMessages(change: CatalogChange): StateMessage[] {
  switch (change.kind) {
    case "database-created":
    case "database-updated":
      return [databaseMessage(change.database)];
    case "database-deleted":
      return [{ kind: "database-gone", id: change.database.id }];
    case "table-created":
    case "table-updated":
      return [tableMessage(change.table)];
    case "table-deleted":
      return [{ kind: "table-gone", databaseId: change.table.databaseId, tableId: change.table.id }];
    default:
      return [];
  }
}

function databaseMessage(database: DatabaseInfo): StateMessage {
  const { id, name, retentionPeriodNs } = database;
  return { kind: "database", id, name, retentionPeriodNs };
}

function tableMessage(table: TableInfo): StateMessage {
  const { id, name, databaseId } = table;
  const columns = table.columns.map(({ id, name, kind, fieldType, tagIndex }) => ({
    id,
    name,
    kind,
    ...(fieldType === undefined ? {} : { fieldType }),
    ...(tagIndex === undefined ? {} : { tagIndex }),
  }));
  return { kind: "table", databaseId, table: { id, name, columns } };
}
