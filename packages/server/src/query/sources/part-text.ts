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
 * The rows of data files within any of the spans. The files' columns are found by their ids, so that names play no part: those
 * a file does not have are NULL. What else the statement asks for the engine hands down to the files by itself.
 */
export function selectFiles(reading: Reading, paths: readonly string[], spans?: readonly Span[]): string {
  const { table } = reading;
  const wanted = wantedColumns(reading);
  const needed = spans === undefined ? wanted : [...new Set([...wanted, table.timeIndex])];
  const columns = needed.map((index) => {
    const { columnId, type } = table.columns[index]!;
    return `${columnId}: {name: 'c${index}', type: '${engineType(type)}', default_value: NULL}`;
  });
  const files = paths.map((path) => quoteText(literalPattern(path))).join(", ");
  const schema = `MAP {${columns.join(", ")}}`;
  const rows = `read_parquet([${files}], schema = ${schema}, hive_partitioning = false)`;
  return `SELECT ${columnList(wanted)} FROM ${rows}${within(`c${table.timeIndex}`, spans)}`;
}

/** What a merge of several parts must know beside the columns that are read: which rows are of the same point. */
export function withKeys(reading: Reading): Reading {
  const used = [...new Set([...reading.table.keyIndexes, ...reading.used])].sort((a, b) => a - b);
  return { ...reading, used };
}

/**
 * Rows of several parts with each point once. Parts are those of `withKeys`, oldest first: of each field the newest
 * part's value stays, and `arg_max` does not count NULL as one.
 */
export function selectMerged(reading: Reading, parts: readonly string[]): string {
  const { table, used } = reading;
  const keys = columnList(table.keyIndexes);
  const fields = used.filter((index) => !table.keyIndexes.includes(index));
  const merged = fields.map((index) => `, arg_max(c${index}, part) AS c${index}`).join("");
  const numbered = parts.map((part, i) => `SELECT *, ${i} AS part FROM (${part})`).join(" UNION ALL ");
  return `SELECT ${columnList(wantedColumns(reading))} FROM (SELECT ${keys}${merged} FROM (${numbered}) GROUP BY ${keys})`;
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

function within(time: string, spans: readonly Span[] | undefined): string {
  if (spans === undefined) return "";
  const conditions = spans.map(({ minNs, maxNs }) => {
    const bounds: string[] = [];
    if (minNs >= -FARTHEST_NS) bounds.push(`${time} >= make_timestamp_ns(${bigintText(minNs)})`);
    if (maxNs <= FARTHEST_NS) bounds.push(`${time} <= make_timestamp_ns(${bigintText(maxNs)})`);
    return bounds.length === 0 ? "true" : bounds.join(" AND ");
  });
  return conditions.length === 1 ? ` WHERE ${conditions[0]!}` : ` WHERE (${conditions.join(") OR (")})`;
}
