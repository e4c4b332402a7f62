import { literalPattern, SCAN_FUNCTION } from "../execute/index.ts";
import type { TagFilter } from "../rewrite/index.ts";
import { bigintText, engineType, quoteText } from "../rewrite/index.ts";
import type { Span } from "./spans.ts";
import type { StoredTable } from "./stored-table.ts";

/** What a statement wants to know of one table. */
export interface Reading {
  readonly table: StoredTable;
  /** Indexes of the columns that are read, ascending. */
  readonly used: readonly number[];
  readonly tags: readonly TagFilter[];
}

/** A scan of ours: its position in the list of the statement's scans. */
export function scanText(scan: number): string {
  return `${SCAN_FUNCTION}(${scan}::BIGINT)`;
}

/** The columns that are read of a scan of ours, to be joined with others. */
export function selectScan(reading: Reading, scan: number): string {
  return `SELECT ${columnList(wantedColumns(reading))} FROM ${scanText(scan)}`;
}

/**
 * The rows of data files within a span. The files' columns are found by their ids, so that names play no part: those
 * a file does not have are NULL. What else the statement asks for the engine hands down to the files by itself.
 */
export function selectFiles(reading: Reading, paths: readonly string[], span: Span | undefined): string {
  const { table } = reading;
  const wanted = wantedColumns(reading);
  const needed = span === undefined ? wanted : [...new Set([...wanted, table.timeIndex])];
  const columns = needed.map((index) => {
    const { columnId, type } = table.columns[index]!;
    return `${columnId}: {name: 'c${index}', type: '${engineType(type)}', default_value: NULL}`;
  });
  const files = paths.map((path) => quoteText(literalPattern(path))).join(", ");
  const schema = `MAP {${columns.join(", ")}}`;
  const rows = `read_parquet([${files}], schema = ${schema}, hive_partitioning = false)`;
  return `SELECT ${columnList(wanted)} FROM ${rows}${within(`c${table.timeIndex}`, span)}`;
}

/** Counting rows reads no column, but a SELECT must have one. */
function wantedColumns({ used, table }: Reading): readonly number[] {
  return used.length === 0 ? [table.timeIndex] : used;
}

function columnList(columns: readonly number[]): string {
  return columns.map((index) => `c${index}`).join(", ");
}

/** The engine takes the outermost nanoseconds for infinity, and refuses them as instants. */
const FARTHEST_NS = 2n ** 63n - 2n;

function within(time: string, span: Span | undefined): string {
  const conditions: string[] = [];
  if (span !== undefined && span.minNs >= -FARTHEST_NS)
    conditions.push(`${time} >= make_timestamp_ns(${bigintText(span.minNs)})`);
  if (span !== undefined && span.maxNs <= FARTHEST_NS)
    conditions.push(`${time} <= make_timestamp_ns(${bigintText(span.maxNs)})`);
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}
