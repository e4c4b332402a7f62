import { SCAN_FUNCTION } from "../execute/index.ts";
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

/** A longer list costs more to compare with than it saves; the statement itself has it anyway. */
const MOST_TAG_VALUES = 1000;

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
 * a file does not have are NULL. Conditions on time and tags are repeated here as constants, because the engine skips
 * parts of files only by those.
 */
export function selectFiles(reading: Reading, paths: readonly string[], span: Span | undefined): string {
  const { table } = reading;
  const tags = reading.tags.filter((tag) => tag.values.length <= MOST_TAG_VALUES);
  const wanted = wantedColumns(reading);
  const needed = new Set([...wanted, ...tags.map((tag) => tag.column)]);
  if (span !== undefined) needed.add(table.timeIndex);
  const columns = [...needed]
    .sort((a, b) => a - b)
    .map((index) => {
      const { columnId, type } = table.columns[index]!;
      return `${columnId}: {name: 'c${index}', type: '${engineType(type)}', default_value: NULL}`;
    });
  const files = paths.map((path) => quoteText(withoutPatterns(path))).join(", ");
  const schema = `MAP {${columns.join(", ")}}`;
  const rows = `read_parquet([${files}], schema = ${schema}, hive_partitioning = false)`;
  const conditions = [...timeConditions(`c${table.timeIndex}`, span), ...tags.map(tagCondition)];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${columnList(wanted)} FROM ${rows}${where}`;
}

/** Counting rows reads no column, but a SELECT must have one. */
function wantedColumns({ used, table }: Reading): readonly number[] {
  return used.length === 0 ? [table.timeIndex] : used;
}

function columnList(columns: readonly number[]): string {
  return columns.map((index) => `c${index}`).join(", ");
}

function timeConditions(time: string, span: Span | undefined): string[] {
  if (span === undefined) return [];
  const instant = (ns: bigint) => `make_timestamp_ns(${bigintText(ns)})`;
  return [`${time} >= ${instant(span.minNs)}`, `${time} <= ${instant(span.maxNs)}`];
}

function tagCondition({ column, values }: TagFilter): string {
  return values.length === 0 ? "false" : `c${column} IN (${values.map(quoteText).join(", ")})`;
}

/** A path is one file's, even if characters in it mean something in patterns. */
function withoutPatterns(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}
