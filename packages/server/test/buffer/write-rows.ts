import type { TableBuffer } from "#src/buffer/index.js";

export type FieldValue = number | bigint | string | boolean;

export interface WrittenRow {
  /** By tag index; null: the row does not have the tag. */
  tags: (string | null)[];
  time: bigint;
  fields: Record<number, FieldValue>;
}

const encoder = new TextEncoder();
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

export function writeRow(table: TableBuffer, row: WrittenRow): void {
  const present = row.tags.flatMap((value, index) => (value === null ? [] : [index]));
  const series = table.series.resolve(
    present,
    present.map((index) => row.tags[index]!),
  );
  table.beginRow();
  for (const [columnId, value] of Object.entries(row.fields)) writeField(table, Number(columnId), value);
  table.finishRow(series, lowHalf(row.time), highHalf(row.time));
}

function writeField(table: TableBuffer, columnId: number, value: FieldValue): void {
  if (typeof value === "string") {
    const bytes = encoder.encode(value);
    table.setString(columnId, bytes, 0, bytes.length);
  } else if (typeof value === "bigint") {
    table.setBits(columnId, lowHalf(value), highHalf(value));
  } else if (typeof value === "boolean") {
    table.setBits(columnId, Number(value), 0);
  } else {
    double[0] = value;
    table.setBits(columnId, halves[0]!, halves[1]!);
  }
}

const lowHalf = (value: bigint): number => Number(BigInt.asIntN(32, value));
const highHalf = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));

/** What the table must show: one row per point, each field from the newest row that has it. */
export function mergePoints(rows: readonly WrittenRow[]): WrittenRow[] {
  const points = new Map<string, WrittenRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.tags, String(row.time)]);
    const older = points.get(key);
    points.set(key, { ...row, fields: { ...older?.fields, ...row.fields } });
  }
  return [...points.values()];
}

/** Series key first (missing tags before all others), then time. */
export function inSeriesOrder(rows: readonly WrittenRow[]): WrittenRow[] {
  return rows.toSorted((a, b) => {
    for (const [index, value] of a.tags.entries()) {
      const difference = compareTags(value, b.tags[index]!);
      if (difference !== 0) return difference;
    }
    return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
  });
}

function compareTags(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
