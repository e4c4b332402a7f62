import { FieldType, type FieldValue, type Point } from "@millrace/line-protocol";
import fc from "fast-check";

/** Records as object literals are, so that they compare equal to those the parser makes. */
const PLAIN = { noNullPrototype: true } as const;

const SPECIAL = [" ", ",", "=", '"', "\\", "#", "a", "b", "'", "é", "日", "𝄞", "0", "\r", "."];

/** Text rich in the characters that need escaping, with now and then any other. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...SPECIAL), fc.string({ minLength: 1, maxLength: 1 })),
});

/** Names that line protocol can express in any position. */
export const name = text
  .map((value) => value.replace(/[\t\n\0]/g, "_").replace(/\\+$/, ""))
  .filter((value) => value !== "" && !value.startsWith("#"));

export const fieldValue: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.double({ noNaN: true }).map((value) => ({ type: FieldType.float, value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: FieldType.integer, value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: FieldType.unsigned, value })),
  fc.boolean().map((value) => ({ type: FieldType.boolean, value })),
  fc
    .string({ unit: fc.oneof(fc.constantFrom(...SPECIAL, "\n", "\t", "\0"), fc.string({ maxLength: 1 })) })
    .map((value) => ({ type: FieldType.string, value })),
);

export const point: fc.Arbitrary<Point> = fc.record(
  {
    measurement: name,
    tags: fc.uniqueArray(fc.record({ key: name, value: name }, PLAIN), {
      selector: ({ key }) => key,
      maxLength: 5,
    }),
    fields: fc.uniqueArray(fc.record({ key: name, value: fieldValue }, PLAIN), {
      selector: ({ key }) => key,
      minLength: 1,
      maxLength: 6,
    }),
    timeNs: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }),
  },
  PLAIN,
);

const FRAGMENTS = [
  "m",
  "cpu",
  "m,t=a",
  "m,t=a,u=b",
  ",",
  ",t=",
  "=",
  " ",
  "  ",
  "f=",
  "f=1",
  "f=1i",
  "g=2u",
  "h=t",
  "s=",
  '"',
  '"x"',
  '"a b,c=d"',
  "\\",
  "\\\\",
  "\\ ",
  "\\,",
  "\\=",
  '\\"',
  "\\\n",
  "\n",
  "\n\n",
  "\t",
  "\r",
  "\0",
  "#",
  "# c",
  "1",
  "-",
  "10",
  "1.5",
  "1e3",
  ".",
  "e",
  "i",
  "u",
  "true",
  "F",
  "é",
  "𝄞",
  "9223372036854775808",
  "18446744073709551615u",
  " 1700000000000000000",
  "m f=1 10\n",
  "m,t=a f=1,g=2\n",
  'm s="a\nb" 5\n',
  "m,x=y a,b=1",
  "m f=1,",
  "time=1",
];

/** Bodies that are nearly line protocol: fragments in any order, and printed lines with bytes changed. */
export const nearlyLines: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 24 })
  .map((parts) => parts.join(""));
