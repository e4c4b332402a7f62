import type { SqlType } from "@millrace/sql";
import { isValid, type StringSlices, type Vector } from "../result/index.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { writeJsonBytes, writeJsonText } from "./json-text.ts";
import {
  decimalText,
  jsonFloat,
  textFloat,
  widenFloat32,
  writeSigned,
  writeUnsigned,
} from "./number-text.ts";
import {
  clockText,
  dateText,
  durationText,
  intervalText,
  type SplitTime,
  splitNanos,
  timestampText,
} from "./time-text.ts";

export type CellStyle = "json" | "text";

/** Writes the value of a row; asked only for rows that have one. */
export type CellWriter = (row: number, out: ByteWriter) => void;

/**
 * One closure per column and batch: the type is looked at once, not once a row. How each type is written is
 * docs/reference/http-api.md, "Values".
 */
export function cellWriter(vector: Vector, style: CellStyle): CellWriter {
  const { type, data } = vector;
  switch (data.layout) {
    case "none":
      return (_row, out) => out.ascii(style === "json" ? "null" : "");
    case "strings":
      return stringWriter(data.strings, type, style);
    case "numbers":
      return numberWriter(data.values, type, style);
    case "halves":
      return halvesWriter(data.halves, type, style);
    case "wide":
      return (row, out) => out.ascii(wideText(data.values[row]!, type));
    case "intervals":
      return quoted(style, (row) => {
        const { words } = data;
        const micros = bigintOf(words[row * 4 + 2]!, words[row * 4 + 3]!);
        return intervalText(words[row * 4]!, words[row * 4 + 1]!, micros * 1000n);
      });
    case "lists":
      return type.kind === "map"
        ? mapWriter(data.starts, data.ends, data.items, style)
        : listWriter(data.starts, data.ends, data.items, style);
    case "structs":
      return structWriter(data.fields, type, style);
  }
}

function quoted(style: CellStyle, textOf: (row: number) => string): CellWriter {
  if (style === "text") return (row, out) => out.ascii(textOf(row));
  return (row, out) => {
    out.byte(0x22);
    out.ascii(textOf(row));
    out.byte(0x22);
  };
}

function stringWriter(strings: StringSlices, type: SqlType, style: CellStyle): CellWriter {
  const { buffers, bufferOf, starts, lengths } = strings;
  const bytesOf = (row: number) => buffers[bufferOf[row]!]!;
  if (type.kind === "binary") {
    return quoted(style, (row) =>
      Buffer.from(bytesOf(row).subarray(starts[row]!, starts[row]! + lengths[row]!)).toString("hex"),
    );
  }
  if (style === "json") {
    return (row, out) => writeJsonBytes(out, bytesOf(row), starts[row]!, starts[row]! + lengths[row]!);
  }
  return (row, out) => out.raw(bytesOf(row), starts[row]!, starts[row]! + lengths[row]!);
}

function numberWriter(values: ArrayLike<number>, type: SqlType, style: CellStyle): CellWriter {
  switch (type.kind) {
    case "boolean":
      return (row, out) => out.ascii(values[row] === 0 ? "false" : "true");
    case "float": {
      const text = style === "json" ? jsonFloat : textFloat;
      if (values instanceof Float32Array) return (row, out) => out.ascii(text(widenFloat32(values[row]!)));
      return (row, out) => out.ascii(text(values[row]!));
    }
    case "date":
      return quoted(style, (row) => dateText(values[row]!));
    default:
      return (row, out) => out.ascii(String(values[row]!));
  }
}

function halvesWriter(halves: Int32Array, type: SqlType, style: CellStyle): CellWriter {
  const split: SplitTime = { seconds: 0, nanos: 0 };
  switch (type.kind) {
    case "timestamp": {
      const { zone } = type;
      return quoted(style, (row) =>
        timestampText(splitNanos(halves[row * 2]!, halves[row * 2 + 1]!, split), zone),
      );
    }
    case "time":
      return quoted(style, (row) => {
        splitNanos(halves[row * 2]!, halves[row * 2 + 1]!, split);
        return clockText(split.seconds, split.nanos);
      });
    case "duration":
      return quoted(style, (row) => durationText(bigintOf(halves[row * 2]!, halves[row * 2 + 1]!)));
    case "int":
      if (!type.signed) return (row, out) => writeUnsigned(out, halves[row * 2]!, halves[row * 2 + 1]!);
      return (row, out) => writeSigned(out, halves[row * 2]!, halves[row * 2 + 1]!);
    default:
      return (row, out) => writeSigned(out, halves[row * 2]!, halves[row * 2 + 1]!);
  }
}

function bigintOf(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function wideText(value: bigint, type: SqlType): string {
  return type.kind === "decimal" ? decimalText(value, type.scale) : value.toString();
}

/** Inside a JSON array a NULL stays visible, or the places of the others would shift. */
function listWriter(starts: Int32Array, ends: Int32Array, items: Vector, style: CellStyle): CellWriter {
  const writeItem = cellWriter(items, style);
  const comma = style === "json" ? "," : ", ";
  return (row, out) => {
    out.byte(0x5b);
    for (let item = starts[row]!; item < ends[row]!; item++) {
      if (item > starts[row]!) out.ascii(comma);
      if (isValid(items, item)) writeItem(item, out);
      else if (style === "json") out.ascii("null");
    }
    out.byte(0x5d);
  };
}

function structWriter(fields: readonly Vector[], type: SqlType, style: CellStyle): CellWriter {
  const names = type.kind === "struct" ? type.fields.map((field) => field.name) : [];
  const writers = fields.map((field) => cellWriter(field, style));
  return (row, out) => {
    out.byte(0x7b);
    let first = true;
    fields.forEach((field, i) => {
      const valid = isValid(field, row);
      if (!valid && style === "json") return;
      if (!first) out.ascii(style === "json" ? "," : ", ");
      first = false;
      if (style === "json") writeJsonText(out, names[i] ?? "");
      else out.utf8(names[i] ?? "");
      out.ascii(style === "json" ? ":" : ": ");
      if (valid) writers[i]!(row, out);
    });
    out.byte(0x7d);
  };
}

/** A map is a list of key and value pairs underneath, and an object to its reader. */
function mapWriter(starts: Int32Array, ends: Int32Array, items: Vector, style: CellStyle): CellWriter {
  const [keys, values] = items.data.layout === "structs" ? items.data.fields : [];
  if (keys === undefined || values === undefined) return listWriter(starts, ends, items, style);
  const writeKey = cellWriter(keys, style);
  const writeValue = cellWriter(values, style);
  const quoteKey = style === "json" && keys.type.kind !== "utf8";
  return (row, out) => {
    out.byte(0x7b);
    for (let item = starts[row]!; item < ends[row]!; item++) {
      if (item > starts[row]!) out.ascii(style === "json" ? "," : ", ");
      if (quoteKey) out.byte(0x22);
      writeKey(item, out);
      if (quoteKey) out.byte(0x22);
      out.ascii(style === "json" ? ":" : ": ");
      if (isValid(values, item)) writeValue(item, out);
      else if (style === "json") out.ascii("null");
    }
    out.byte(0x7d);
  };
}
