import fc from "fast-check";
import { FieldType } from "#src/catalog/index.js";
import type { FileColumn } from "#src/storage/index.js";
import type { Row } from "./rows.ts";

/** Every type, in the order in which batches have them: time, the series key, fields. */
export const columns: readonly FileColumn[] = [
  { id: 0, name: "time", kind: "time" },
  { id: 2, name: "host", kind: "tag" },
  { id: 1, name: "Host", kind: "tag" },
  { id: 7, name: "zone", kind: "tag" },
  { id: 3, name: "float", kind: "field", fieldType: FieldType.float },
  { id: 4, name: "integer", kind: "field", fieldType: FieldType.integer },
  { id: 5, name: "unsigned", kind: "field", fieldType: FieldType.uinteger },
  { id: 6, name: "flag", kind: "field", fieldType: FieldType.boolean },
  { id: 8, name: "text", kind: "field", fieldType: FieldType.string },
];

/** Few values, so that points meet; the last two sort differently by UTF-8 and by UTF-16. */
const tag = fc.option(fc.constantFrom("a", "b", "ab", "~", "\uffee", "\u{1f600}"), { nil: null });
const time = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: -4n, max: 4n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: -3n, max: 3n }).map((k) => k * 2n ** 31n) },
);
/** Keys that are not required are left out, never undefined. */
const fields = fc.record(
  {
    3: fc.double({ noNaN: true }),
    4: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    5: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    6: fc.boolean(),
    8: fc.string({ unit: "binary", maxLength: 6 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Row["fields"]>;

export const randomRow: fc.Arbitrary<Row> = fc.record({
  tags: fc.tuple(tag, tag, fc.option(fc.constantFrom("x", "y"), { nil: null, freq: 1 })),
  time,
  fields,
});

export const randomRows = (maxLength: number) => fc.array(randomRow, { maxLength, size: "max" });
