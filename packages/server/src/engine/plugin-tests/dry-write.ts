import { setImmediate } from "node:timers/promises";
import { LineParser, Precision } from "@millrace/line-protocol";
import type { LineProblem } from "@millrace/plugin-runtime";
import {
  type Catalog,
  columnTypeText,
  type FieldType,
  type SchemaDraft,
  type TableInfo,
} from "../../catalog/index.ts";
import { ServerError } from "../../foundation/index.ts";

/** Checked before other work of the thread gets a turn. */
const LINES_A_TURN = 5_000;
const BYTES_A_TURN = 2 ** 20;

/**
 * Checks lines as a write would, against the catalog as it is, and creates nothing: the schema that they would add
 * is gathered in a draft that nobody commits.
 */
export async function dryWrite(
  catalog: Pick<Catalog, "draft">,
  database: string,
  lineProtocol: Uint8Array,
): Promise<LineProblem | undefined> {
  const parser = new LineParser();
  parser.reset(lineProtocol, 0, lineProtocol.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  try {
    const draft = catalog.draft(database);
    let turnEnd = BYTES_A_TURN;
    while (parser.next()) {
      if (parser.error !== 0) return { kind: "syntax", text: parser.errorMessage() };
      addLine(draft, parser);
      if (parser.lineNumber % LINES_A_TURN !== 0 && parser.position < turnEnd) continue;
      turnEnd = parser.position + BYTES_A_TURN;
      await setImmediate();
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { kind: error.code.startsWith("database_name_") ? "name" : "schema", text: error.message };
  }
}

function addLine(draft: SchemaDraft, parser: LineParser): void {
  const name = parser.measurements.name(parser.measurementId);
  let table = draft.table(name) ?? draft.addTable(name);
  for (const { key } of parser.keys.tags(parser.keyId)) table = withColumn(draft, table, key, "tag");
  const fields = parser.fields(parser.measurementId);
  for (let i = 0; i < parser.fieldCount; i++) {
    const type = parser.fieldTypes[i] as FieldType;
    table = withColumn(draft, table, fields.name(parser.fieldKeyIds[i]!), "field", type);
  }
}

function withColumn(
  draft: SchemaDraft,
  table: TableInfo,
  name: string,
  kind: "tag" | "field",
  fieldType?: FieldType,
): TableInfo {
  const column = table.column(name);
  if (column === undefined) return draft.addColumn(table, name, kind, fieldType);
  if (column.kind === kind && column.fieldType === fieldType) return table;
  throw new ServerError("column_type_conflict", {
    name,
    expected: columnTypeText(column),
    got: columnTypeText(fieldType === undefined ? { kind } : { kind, fieldType }),
  });
}
