import { FieldType } from "../../../catalog/index.ts";
import type { FileColumn } from "../../types.ts";
import type { CompactWriter } from "../thrift/index.ts";
import { ConvertedType, PhysicalType, Repetition } from "./constants.ts";

export function physicalTypeOf({ kind, fieldType }: FileColumn): PhysicalType {
  if (kind === "time") return PhysicalType.int64;
  if (kind === "tag" || fieldType === FieldType.string) return PhysicalType.byteArray;
  if (fieldType === FieldType.boolean) return PhysicalType.boolean;
  return fieldType === FieldType.float ? PhysicalType.double : PhysicalType.int64;
}

/** The schema element of a column. */
export function writeColumnSchema(writer: CompactWriter, column: FileColumn, name: string): void {
  const isTime = column.kind === "time";
  const isText = physicalTypeOf(column) === PhysicalType.byteArray;
  const isUnsigned = column.fieldType === FieldType.uinteger;
  writer.i32(1, physicalTypeOf(column));
  writer.i32(3, isTime ? Repetition.required : Repetition.optional);
  writer.text(4, name);
  if (isText) writer.i32(6, ConvertedType.utf8);
  if (isUnsigned) writer.i32(6, ConvertedType.uint64);
  writer.i32(9, column.id);
  if (isTime) writer.struct(10, () => writeTimestamp(writer));
  if (isText) writer.struct(10, () => writer.struct(1, () => {}));
  if (isUnsigned) writer.struct(10, () => writeUint64(writer));
}

/** Nanoseconds since 1970 without a time zone. */
function writeTimestamp(writer: CompactWriter): void {
  writer.struct(8, () => {
    writer.bool(1, false);
    writer.struct(2, () => writer.struct(3, () => {}));
  });
}

function writeUint64(writer: CompactWriter): void {
  writer.struct(10, () => {
    writer.i8(1, 64);
    writer.bool(2, false);
  });
}
