import type { CatalogOperation } from "./operations.ts";
import type { DatabaseRecord } from "./records.ts";
import { type CatalogState, columnPairs } from "./state.ts";

/** The operations that build this state from nothing. */
export function* operationsOf(state: CatalogState): Generator<CatalogOperation> {
  yield { op: "instance", uuid: state.uuid, createdAtMs: state.createdAtMs };
  if (state.gen1DurationSeconds !== null) {
    yield { op: "gen1-duration", seconds: state.gen1DurationSeconds };
  }
  for (const database of state.databases.values()) yield* operationsOfDatabase(database);
  for (const token of state.tokens.values()) yield { op: "create-token", ...token };
  // Last: ids of things that are gone for good must not be given out again.
  yield { op: "next-ids", ...state.next };
}

function* operationsOfDatabase(database: DatabaseRecord): Generator<CatalogOperation> {
  yield {
    op: "create-database",
    id: database.id,
    name: database.name,
    retentionNs: database.retentionPeriodNs === null ? null : String(database.retentionPeriodNs),
    ...(database.deleted ? { deleted: { hardDeleteAtMs: database.hardDeleteAtMs } } : {}),
  };
  for (const table of database.allTables()) {
    yield {
      op: "create-table",
      database: database.id,
      id: table.id,
      name: table.name,
      columns: columnPairs(table),
      createdSequence: table.createdSequence,
      ...(table.deleted ? { deleted: { hardDeleteAtMs: table.hardDeleteAtMs } } : {}),
    };
  }
  for (const trigger of database.triggers()) yield { op: "create-trigger", ...trigger };
}
