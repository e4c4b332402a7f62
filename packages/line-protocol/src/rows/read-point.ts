import { FieldType } from "../line/index.ts";
import { decodeString } from "../names/index.ts";
import { int64FromHalves, uint64FromHalves } from "../numbers/index.ts";
import type { LineParser } from "../parser/index.ts";
import type { FieldValue, Point } from "../print/index.ts";

/** The line on which the parser stands, as objects. A line without timestamp has the default time. */
export function readPoint(parser: LineParser): Point {
  const { measurementId } = parser;
  const fieldNames = parser.fields(measurementId);
  return {
    measurement: parser.measurements.name(measurementId),
    tags: parser.keys.tags(parser.keyId),
    fields: Array.from({ length: parser.fieldCount }, (_, index) => ({
      key: fieldNames.name(parser.fieldKeyIds[index]!),
      value: readValue(parser, index),
    })),
    timeNs: int64FromHalves(parser.timeLo, parser.timeHi),
  };
}

function readValue(parser: LineParser, index: number): FieldValue {
  const lo = parser.valuesI32[index * 2]!;
  const hi = parser.valuesI32[index * 2 + 1]!;
  switch (parser.fieldTypes[index]) {
    case FieldType.integer:
      return { type: FieldType.integer, value: int64FromHalves(lo, hi) };
    case FieldType.unsigned:
      return { type: FieldType.unsigned, value: uint64FromHalves(lo, hi) };
    case FieldType.boolean:
      return { type: FieldType.boolean, value: lo !== 0 };
    case FieldType.string: {
      const value = decodeString(parser.bytes, lo, hi, parser.stringEscaped[index] === 1);
      return { type: FieldType.string, value };
    }
    default:
      return { type: FieldType.float, value: parser.valuesF64[index]! };
  }
}
