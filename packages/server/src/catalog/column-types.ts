import { type ColumnInfo, type ColumnType, FieldType, type FieldTypeName } from "./types.ts";

const BY_API_NAME: Record<FieldTypeName, FieldType> = {
  float64: FieldType.float,
  int64: FieldType.integer,
  uint64: FieldType.uinteger,
  bool: FieldType.boolean,
  utf8: FieldType.string,
};

const NAMES = Object.fromEntries(Object.entries(FieldType).map(([name, code]) => [code, name])) as Record<
  FieldType,
  keyof typeof FieldType
>;

export function fieldTypeOfApiName(name: FieldTypeName): FieldType {
  return BY_API_NAME[name];
}

export function columnTypeOf(kind: "tag" | "field", fieldType: FieldType | undefined): ColumnType {
  if (kind === "tag") return "tag";
  if (fieldType === undefined) throw new Error("a field column has a type");
  return NAMES[fieldType];
}

export function fieldTypeOf(type: ColumnType): FieldType | undefined {
  return type === "tag" ? undefined : FieldType[type];
}

/** `iox::column_type::field::float` and so on, as error texts name types: docs/reference/errors.md. */
export function columnTypeText(column: Pick<ColumnInfo, "kind" | "fieldType">): string {
  if (column.kind === "time") return "iox::column_type::timestamp";
  if (column.kind === "tag") return "iox::column_type::tag";
  return `iox::column_type::field::${NAMES[column.fieldType as FieldType]}`;
}
