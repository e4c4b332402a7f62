import { FieldType } from "../../../catalog/index.ts";
import type { ColumnVector, FileColumn } from "../../types.ts";
import { ColumnEncoding } from "../format/index.ts";
import { planBooleans } from "./boolean-plan.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { planFloats } from "./float-plan.ts";
import { planIntegers } from "./integer-plan.ts";
import { planStrings } from "./string-plan.ts";
import { planTags } from "./tag-plan.ts";

/** Undefined as vector: NULL in every row. */
export function planColumn(
  column: FileColumn,
  vector: ColumnVector | undefined,
  rowCount: number,
): ColumnPlan {
  const plan = vector && planValues(column, vector, rowCount);
  return plan === undefined || plan.nullCount === rowCount ? planNulls(rowCount) : plan;
}

function planValues(column: FileColumn, vector: ColumnVector, rowCount: number): ColumnPlan {
  switch (vector.kind) {
    case "tag":
      return planTags(vector, rowCount);
    case "string":
      return planStrings(vector, rowCount);
    case "boolean":
      return planBooleans(vector, rowCount);
    case "words":
      if (column.fieldType === FieldType.float) return planFloats(vector, rowCount);
      return planIntegers(vector, rowCount, column.fieldType === FieldType.uinteger);
  }
}

function planNulls(rowCount: number): ColumnPlan {
  return {
    rowCount,
    nullCount: rowCount,
    validity: new Uint8Array(0),
    range: undefined,
    pages: [{ row: 0, rowCount, value: 0, valueCount: 0 }],
    writeValues: () => ColumnEncoding.plain,
  };
}
