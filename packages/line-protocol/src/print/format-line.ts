import { FieldType } from "../line/index.ts";
import { encodeName, encodeString, InexpressibleError, KEY, MEASUREMENT, TAG_VALUE } from "../names/index.ts";

/** A field value with its type; 64-bit integers are BigInts. */
export type FieldValue =
  | { readonly type: typeof FieldType.float; readonly value: number }
  | { readonly type: typeof FieldType.integer; readonly value: bigint }
  | { readonly type: typeof FieldType.unsigned; readonly value: bigint }
  | { readonly type: typeof FieldType.boolean; readonly value: boolean }
  | { readonly type: typeof FieldType.string; readonly value: string };

/** One point, as objects: for tools and tests, not for hot paths. */
export interface Point {
  readonly measurement: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly fields: readonly { readonly key: string; readonly value: FieldValue }[];
  /** Left out, the line has no timestamp. */
  readonly timeNs?: bigint | undefined;
}

/**
 * The point as one line, without newline, which the parser reads back to exactly this point (at nanosecond
 * precision). Throws `InexpressibleError` for what line protocol cannot say.
 */
export function formatLine(point: Point): string {
  if (point.fields.length === 0)
    throw new InexpressibleError("A point without fields cannot be written: add one.");
  let line = encodeName(point.measurement, MEASUREMENT, "measurement");
  requireDistinct(point.tags, "tag");
  requireDistinct(point.fields, "field");
  for (const { key, value } of point.tags) {
    line += `,${encodeName(key, KEY, "tag key")}=${encodeName(value, TAG_VALUE, `value of tag '${key}'`)}`;
  }
  let separator = " ";
  for (const { key, value } of point.fields) {
    line += `${separator}${encodeName(key, KEY, "field key")}=${formatValue(key, value)}`;
    separator = ",";
  }
  if (point.timeNs === undefined) return line;
  requireRange(point.timeNs, BigInt.asIntN(64, point.timeNs), "timestamp");
  return `${line} ${point.timeNs}`;
}

function formatValue(key: string, field: FieldValue): string {
  switch (field.type) {
    case FieldType.float:
      return formatFloat(key, field.value);
    case FieldType.integer:
      requireRange(field.value, BigInt.asIntN(64, field.value), `integer field '${key}'`);
      return `${field.value}i`;
    case FieldType.unsigned:
      requireRange(field.value, BigInt.asUintN(64, field.value), `unsigned field '${key}'`);
      return `${field.value}u`;
    case FieldType.boolean:
      return field.value ? "true" : "false";
    case FieldType.string:
      return encodeString(field.value, `string field '${key}'`);
  }
}

function formatFloat(key: string, value: number): string {
  if (Number.isNaN(value))
    throw new InexpressibleError(`The float field '${key}' is NaN, which cannot be written.`);
  if (Object.is(value, -0)) return "-0";
  // There is no word for infinity, but a number beyond the doubles is read as one.
  if (!Number.isFinite(value)) return value < 0 ? "-1e400" : "1e400";
  return String(value);
}

function requireRange(value: bigint, wrapped: bigint, what: string): void {
  if (value !== wrapped)
    throw new InexpressibleError(`The ${what} has the value ${value}, which 64 bits cannot hold.`);
}

function requireDistinct(items: readonly { readonly key: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (seen.has(key)) throw new InexpressibleError(`The ${what} '${key}' appears twice: keep one.`);
    seen.add(key);
  }
}
