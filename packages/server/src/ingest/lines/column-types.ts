import { type ColumnInfo, FieldType } from "../../catalog/index.ts";

const FIELD_TYPE_NAMES: Record<FieldType, string> = {
  [FieldType.float]: "iox::column_type::field::float",
  [FieldType.integer]: "iox::column_type::field::integer",
  [FieldType.uinteger]: "iox::column_type::field::uinteger",
  [FieldType.boolean]: "iox::column_type::field::boolean",
  [FieldType.string]: "iox::column_type::field::string",
};
export const TAG_TYPE_NAME = "iox::column_type::tag";

export function fieldTypeName(type: FieldType): string {
  return FIELD_TYPE_NAMES[type];
}

/** How error texts name the type of a column: docs/reference/line-protocol.md, "Schema conflicts". */
export function columnTypeName(column: ColumnInfo): string {
  if (column.kind === "time") return "iox::column_type::timestamp";
  return column.kind === "tag" ? TAG_TYPE_NAME : fieldTypeName(column.fieldType!);
}
