import assert from "node:assert/strict";
import { FieldType, type FieldValue, LineParser, readPoint } from "@millrace/line-protocol";
import fc from "fast-check";
import { NANOSECONDS } from "./support/parse.ts";
import { runs } from "./support/runs.ts";

/** Reads values as field `f`, once with a new parser and once with one that knows the field. */
function valuesOf(texts: readonly string[]): FieldValue[] {
  const read: FieldValue[][] = [[], []];
  const known = new LineParser();
  known.reset(Buffer.from("m f=1\n"), 0, 6, NANOSECONDS);
  known.next();
  const body = Buffer.from(`${texts.map((text) => `m f=${text}`).join("\n")}\n`);
  known.reset(body, 0, body.length, NANOSECONDS);
  while (known.next()) {
    assert.equal(known.error, 0, known.errorMessage());
    read[0]!.push(readPoint(known).fields[0]!.value);
  }
  for (const text of texts) {
    const parser = new LineParser();
    const line = Buffer.from(`m f=${text}`);
    parser.reset(line, 0, line.length, NANOSECONDS);
    assert.ok(parser.next());
    assert.equal(parser.error, 0, parser.errorMessage());
    read[1]!.push(readPoint(parser).fields[0]!.value);
  }
  assert.deepEqual(read[0], read[1]);
  return read[0]!;
}

function assertFloats(texts: readonly string[]): void {
  const values = valuesOf(texts);
  texts.forEach((text, index) => {
    const { type, value } = values[index]!;
    assert.equal(type, FieldType.float, text);
    assert.ok(Object.is(value, Number(text)), `${text} was read as ${value}`);
  });
}

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });

describe("floats", () => {
  it("are exact for the shortest text of any double", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) =>
        assertFloats(values.map((v) => (Object.is(v, -0) ? "-0" : String(v)))),
      ),
    );
  });

  it("are exact for 1 to 25 digits with the point anywhere", () => {
    const decimal = fc
      .record({ sign: fc.constantFrom("", "-"), integral: digits(1, 12), fraction: digits(1, 13) })
      .map(({ sign, integral, fraction }) => `${sign}${integral}.${fraction}`);
    fc.assert(fc.property(fc.array(decimal, { minLength: 1, maxLength: 200 }), assertFloats), runs(100));
  });

  it("are exact without a point and with exponents", () => {
    const number = fc
      .record({
        integral: digits(1, 24),
        fraction: fc.option(digits(1, 20)),
        exponent: fc.option(fc.integer({ min: -330, max: 320 })),
        mark: fc.constantFrom("e", "E"),
      })
      .map(({ integral, fraction, exponent, mark }) => {
        return `${integral}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `${mark}${exponent}`}`;
      });
    fc.assert(fc.property(fc.array(number, { minLength: 1, maxLength: 100 }), assertFloats));
  });

  it("are exact half way between two doubles and next to it", () => {
    const texts: string[] = [];
    for (let i = 0; i < 64; i++) {
      const middle = (2n ** 53n + BigInt(i) * 2n + 1n) * 1n;
      for (const shift of [-1n, 0n, 1n]) {
        const digits = String(middle + shift);
        texts.push(digits, `${digits.slice(0, 8)}.${digits.slice(8)}`, `${digits}.0`, `${digits}.5`);
      }
    }
    assertFloats(texts);
  });

  it("overflow to infinity and underflow to zero", () => {
    assertFloats(["1e400", "-1e400", "1e-400", "-0", "0", "-0.0", "9".repeat(400), `0.${"0".repeat(400)}1`]);
  });
});

describe("integers", () => {
  const MAX = 2n ** 63n - 1n;

  it("are exact in all of int64", () => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: MAX }),
      fc.integer().map(BigInt),
      fc.constantFrom(
        0n,
        -1n,
        2n ** 31n,
        -(2n ** 31n) - 1n,
        2n ** 32n,
        -(2n ** 32n),
        2n ** 53n + 1n,
        MAX,
        -MAX - 1n,
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const expected = values.map((v) => ({ type: FieldType.integer, value: v }));
        assert.deepEqual(valuesOf(values.map((v) => `${v}i`)), expected);
      }),
    );
  });

  it("are exact in all of uint64", () => {
    const value = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const expected = values.map((v) => ({ type: FieldType.unsigned, value: v }));
        assert.deepEqual(valuesOf(values.map((v) => `${v}u`)), expected);
      }),
    );
  });

  it("may have leading zeros", () => {
    const [integer, unsigned, negative] = valuesOf([
      `${"0".repeat(30)}12i`,
      "000000000000000000000018u",
      "-0i",
    ]);
    assert.deepEqual([integer!.value, unsigned!.value, negative!.value], [12n, 18n, 0n]);
  });
});
