import { FieldType, type FieldValue, LineParser, Precision, readPoint } from "@millrace/line-protocol";
import type { WrittenField, WrittenRow } from "../../protocol/index.ts";

/** What people look at in a table; who wants all of them stores them. */
const ROWS_MAX = 1000;

/** The first rows of what was written, and how many there are. Lines that are no line protocol are left out. */
export function writtenRows(writes: Readonly<Record<string, readonly string[]>>): {
  rows: WrittenRow[];
  rowCount: number;
} {
  const rows: WrittenRow[] = [];
  let rowCount = 0;
  const parser = new LineParser();
  for (const [database, texts] of Object.entries(writes)) {
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
      while (parser.next()) {
        if (parser.error !== 0) continue;
        rowCount++;
        if (rows.length < ROWS_MAX) rows.push(rowAt(parser, database));
      }
    }
  }
  return { rows, rowCount };
}

function rowAt(parser: LineParser, database: string): WrittenRow {
  const { measurement, tags, fields, timeNs } = readPoint(parser);
  return {
    database,
    table: measurement,
    ...(parser.hasTime ? { timeNs: String(timeNs) } : {}),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    fields: Object.fromEntries(fields.map(({ key, value }) => [key, fieldOf(value)])),
  };
}

function fieldOf(field: FieldValue): WrittenField {
  switch (field.type) {
    case FieldType.float:
      return { type: "float", value: field.value };
    case FieldType.boolean:
      return { type: "boolean", value: field.value };
    case FieldType.integer:
      return { type: "integer", value: String(field.value) };
    case FieldType.unsigned:
      return { type: "unsigned", value: String(field.value) };
    case FieldType.string:
      return { type: "string", value: field.value };
  }
}
