import { countBits } from "../../bits/index.ts";

/** A third of a usual row group: 320 kB of the widest values, which stay in a processor's cache. */
const PAGE_ROWS = 40_960;

/** Rows that share a page, and their values among all that are not NULL. */
export interface PageRows {
  readonly row: number;
  readonly rowCount: number;
  readonly value: number;
  readonly valueCount: number;
}

/** `sizeOf`, if given, tells how many rows from this one on, of as many, fit a page. */
export function splitRows(
  rowCount: number,
  validity: Uint8Array | undefined,
  fitting: (value: number, count: number) => number = (_, count) => count,
): PageRows[] {
  const pages: PageRows[] = [];
  let value = 0;
  for (let row = 0; row < rowCount; ) {
    let rows = Math.min(PAGE_ROWS, rowCount - row);
    let values = valuesIn(validity, row, rows);
    for (let fit = fitting(value, values); fit < values; fit = fitting(value, values)) {
      rows = Math.max(1, rows >> 1);
      values = valuesIn(validity, row, rows);
      if (rows === 1) break;
    }
    pages.push({ row, rowCount: rows, value, valueCount: values });
    row += rows;
    value += values;
  }
  return pages;
}

function valuesIn(validity: Uint8Array | undefined, row: number, rowCount: number): number {
  return validity === undefined ? rowCount : countBits(validity, row, rowCount);
}
