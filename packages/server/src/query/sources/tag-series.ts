import type { RowOrder, TableView } from "../../buffer/index.ts";
import type { TagFilter } from "../rewrite/index.ts";
import type { StoredTable } from "./stored-table.ts";

/** Picking rows out series by series pays while it leaves most of them out. */
const WORTHWHILE_SHARE = 1 / 8;

/** The rows of the series that pass the filters; undefined when reading everything is as good. */
export function rowsOfTags(
  view: TableView,
  table: StoredTable,
  filters: readonly TagFilter[],
): RowOrder | undefined {
  if (filters.length === 0) return undefined;
  const series = filters
    .map((filter) => seriesOf(view, table, filter))
    .reduce((kept, of) => kept.filter((one) => isIn(of, one)));
  return series.length > view.seriesCount * WORTHWHILE_SHARE ? undefined : view.rowsOfSeries(series);
}

/** Ascending. */
function seriesOf(view: TableView, table: StoredTable, { column, values }: TagFilter): Int32Array {
  const stored = table.columns[column]!;
  if (stored.kind !== "tag") throw new TypeError(`column ${column} is no tag`);
  const ofValues = values.map((value) => view.seriesWhere(stored.tagIndex, value));
  if (ofValues.length === 1) return ofValues[0]!;
  return Int32Array.from(ofValues.flatMap((series) => [...series])).sort();
}

function isIn(ascending: Int32Array, one: number): boolean {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < one) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === one;
}
