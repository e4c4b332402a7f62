import type { ColumnType, TriggerChanges, TriggerInfo } from "./types.ts";

/** Name and type of a column; ids follow from the order. */
export type ColumnPair = readonly [name: string, type: ColumnType];

/**
 * What a commit does, as it is written to the log: docs/formats/catalog.md. Ids are in the operation, so that
 * applying it again gives the same catalog. A checkpoint is a list of them that builds everything from nothing.
 */
export type CatalogOperation =
  | { op: "instance"; uuid: string; createdAtMs: number }
  | { op: "gen1-duration"; seconds: number }
  | { op: "next-ids"; database: number; table: number; trigger: number; token: number }
  | {
      op: "create-database";
      id: number;
      name: string;
      /** Decimal digits: it may exceed what JSON numbers hold. */
      retentionNs: string | null;
      deleted?: { hardDeleteAtMs: number | null };
    }
  | { op: "set-retention"; database: number; retentionNs: string | null }
  | { op: "delete-database"; database: number; name: string; hardDeleteAtMs: number | null }
  | {
      op: "create-table";
      database: number;
      id: number;
      name: string;
      columns: readonly ColumnPair[];
      /** In a checkpoint; in a log it is the sequence of the commit. */
      createdSequence?: number;
      deleted?: { hardDeleteAtMs: number | null };
    }
  | { op: "add-columns"; database: number; table: number; columns: readonly ColumnPair[] }
  | { op: "delete-table"; database: number; table: number; name: string; hardDeleteAtMs: number | null }
  | { op: "forget-table"; database: number; table: number }
  | { op: "forget-database"; database: number }
  | ({ op: "create-trigger"; disabledReason?: string | null } & Omit<TriggerInfo, "disabledReason">)
  | ({ op: "update-trigger"; database: number; name: string } & TriggerChanges)
  | { op: "set-trigger-disabled"; database: number; name: string; disabled: boolean; reason?: string | null }
  | { op: "delete-trigger"; database: number; name: string }
  | {
      op: "create-token";
      id: number;
      name: string;
      hash: string;
      createdAtMs: number;
      expiryMs: number | null;
    }
  | { op: "replace-token"; id: number; hash: string; createdAtMs: number }
  | { op: "delete-token"; id: number };
