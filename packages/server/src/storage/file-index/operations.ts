import { InconsistentLogError } from "../../commit-log/index.ts";
import type { DataFile } from "../types.ts";

/** What a commit does, as it is written to the log of manifests: docs/formats/snapshot.md. */
export type ManifestOperation =
  /** In the first commit: whose ids the files go by. */
  | { op: "catalog"; uuid: string }
  | { op: "snapshot"; number: number; walSequence: number; catalogSequence: number }
  | AddFile
  | { op: "remove-file"; id: number }
  /** In a checkpoint: ids of files that are gone must not be given out again. */
  | { op: "next-file-id"; id: number };

interface AddFile {
  op: "add-file";
  id: number;
  key: string;
  database: number;
  table: number;
  day: number;
  sizeBytes: number;
  rowCount: number;
  /** Decimal digits: JSON numbers hold 53 bits. */
  minTimeNs: string;
  maxTimeNs: string;
  snapshots: readonly [first: number, last: number];
  columns: readonly number[];
  createdAtMs: number;
}

export function addFile(file: DataFile): ManifestOperation {
  return {
    op: "add-file",
    id: file.id,
    key: file.key,
    database: file.databaseId,
    table: file.tableId,
    day: file.day,
    sizeBytes: file.sizeBytes,
    rowCount: file.rowCount,
    minTimeNs: String(file.minTimeNs),
    maxTimeNs: String(file.maxTimeNs),
    snapshots: [file.firstSnapshot, file.lastSnapshot],
    columns: file.columnIds,
    createdAtMs: file.createdAtMs,
  };
}

export function fileOf(operation: AddFile): DataFile {
  return {
    id: operation.id,
    key: operation.key,
    databaseId: operation.database,
    tableId: operation.table,
    day: operation.day,
    sizeBytes: operation.sizeBytes,
    rowCount: operation.rowCount,
    minTimeNs: nanoseconds(operation.minTimeNs),
    maxTimeNs: nanoseconds(operation.maxTimeNs),
    firstSnapshot: operation.snapshots[0],
    lastSnapshot: operation.snapshots[1],
    columnIds: operation.columns,
    createdAtMs: operation.createdAtMs,
  };
}

function nanoseconds(digits: string): bigint {
  if (!/^-?\d+$/.test(digits)) throw new InconsistentLogError(`'${digits}' is not a time`);
  return BigInt(digits);
}
