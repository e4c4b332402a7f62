import type { FileColumn } from "#src/storage/index.js";
import { field, tag, type Value } from "./files.ts";

/** The same numbers every time. */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

function many(count: number, value: (row: number) => Value): Value[] {
  return Array.from({ length: count }, (_, row) => value(row));
}

const next = sequence(7);
const random64 = () => (BigInt(next(2 ** 32)) << 32n) | BigInt(next(2 ** 32));
const withNulls = (values: readonly Value[], isNull: (row: number) => boolean) =>
  values.map((value, row) => (isNull(row) ? null : value));

const host = tag(1, "host");
const float = field(1, "v", "float");
const integer = field(1, "v", "integer");
const unsigned = field(1, "v", "uinteger");
const flag = field(1, "v", "boolean");
const text = field(1, "v", "string");
const signed64 = () => BigInt.asIntN(64, random64());
const ROWS = 50_000;

/** A column and what is in it: each takes another way through writer and reader. */
export const edgeColumns: Record<string, [FileColumn, readonly Value[]]> = {
  "one integer": [integer, [5n]],
  "two integers, the farthest apart": [integer, [2n ** 63n - 1n, -(2n ** 63n)]],
  "integers of all sizes": [integer, many(1000, (row) => BigInt.asIntN(64, random64() >> BigInt(row % 64)))],
  "random integers": [integer, many(5000, signed64)],
  "integers with steps of 33 to 53 bits": [
    integer,
    many(5000, (row) => BigInt(next(2 ** 32)) << BigInt(row % 20)),
  ],
  "integers that step by 2^52 and less": [
    integer,
    many(300, (row) => (row % 2 === 0 ? 0n : 2n ** 52n - 1n - BigInt(row))),
  ],
  "integers with steps of almost 2^32": [
    integer,
    many(5000, (row) => BigInt(row) * (2n ** 32n - 5n) + BigInt(next(2 ** 30))),
  ],
  "equal integers": [integer, many(ROWS, () => -77n)],
  "integers on many pages": [integer, many(ROWS, (row) => BigInt(row * row))],
  "integers, every third missing": [
    integer,
    withNulls(
      many(ROWS, (row) => BigInt(row)),
      (row) => row % 3 === 0,
    ),
  ],
  "integers with long gaps": [
    integer,
    withNulls(
      many(ROWS, (row) => BigInt(-row)),
      (row) => row % 25_000 > 9_000,
    ),
  ],
  "integers with a page of NULLs in between": [
    integer,
    withNulls(
      many(90_000, (row) => BigInt(row)),
      (row) => row >= 40_960 && row < 81_920,
    ),
  ],
  "NULL at both ends": [integer, [null, 1n, 2n, null]],
  "only NULLs": [integer, many(5000, () => null)],
  "only NULLs of tags": [host, many(5000, () => null)],
  "only NULLs of texts": [text, many(5000, () => null)],
  "unsigned extremes": [unsigned, [0n, 2n ** 64n - 1n, 2n ** 63n, 2n ** 63n - 1n, 1n]],
  "random unsigned": [unsigned, many(3000, () => random64())],
  "unsigned around 2^63": [unsigned, many(3000, (row) => 2n ** 63n - 1500n + BigInt(row))],
  "special floats": [float, [0, -0, Number.NaN, 1e308, Number.POSITIVE_INFINITY, 5e-324, null]],
  "negative floats": [float, [-1.5, -0, Number.NEGATIVE_INFINITY, -1e-300]],
  "few floats": [float, many(ROWS, (row) => (row % 100) / 4)],
  "16,384 floats": [float, many(40_000, (row) => (row % 16_384) / 3)],
  "16,385 floats": [float, many(40_000, (row) => (row % 16_385) / 3)],
  "random floats with NULLs": [
    float,
    withNulls(
      many(ROWS, () => next(2 ** 32) / 3),
      (row) => row % 7 === 0,
    ),
  ],
  "equal floats": [float, many(ROWS, () => 1.1)],
  "random flags": [flag, many(ROWS, () => next(2) === 1)],
  "flags in runs": [flag, many(ROWS, (row) => row % 30_000 > 100)],
  "flags with NULLs": [
    flag,
    withNulls(
      many(ROWS, (row) => row % 5 === 0),
      (row) => row % 11 < 3,
    ),
  ],
  "one flag": [flag, [true]],
  "few tags": [host, many(ROWS, (row) => `host${Math.floor(row / 1000)}`)],
  "short runs of tags": [host, many(ROWS, (row) => `host${(row >> 2) % 5}`)],
  "tags with NULLs": [
    host,
    withNulls(
      many(ROWS, (row) => `host${row % 300}`),
      (row) => row < 9 || row % 100 > 95,
    ),
  ],
  "a tag value a row": [host, many(ROWS, (row) => `host ${row}`)],
  "70,000 tag values, each twice": [host, many(140_000, (row) => `machine number ${row >> 1} of them`)],
  "tags that are hardly repeated, with NULLs": [
    host,
    withNulls(
      many(5000, (row) => `${row - (row % 2 === 0 && row % 100 === 0 ? 1 : 0)}`),
      (row) => row % 13 === 0,
    ),
  ],
  "odd tags": [host, ["", "a", "\u{1f600}", "\uffee", "ä".repeat(200), "nul\0", null]],
  "few texts": [text, many(ROWS, (row) => `state ${row % 7}`)],
  "texts that differ": [text, many(ROWS, (row) => `message number ${row}`)],
  "texts that differ, with NULLs": [
    text,
    withNulls(
      many(ROWS, (row) => "x".repeat(row % 40)),
      (row) => row % 5 !== 1,
    ),
  ],
  "empty texts": [text, ["", "", "a", "", null, ""]],
  "texts of a megabyte": [text, many(5, (row) => String.fromCharCode(97 + row).repeat(1_000_000 + row))],
  "large texts with NULLs, on pages of odd numbers of rows": [
    text,
    withNulls(
      many(43, (row) => `${row}`.repeat(120_000)),
      (row) => row % 3 === 1,
    ),
  ],
  "a large text among small ones": [
    text,
    many(5000, (row) => (row === 2500 ? "ü".repeat(1_500_000) : `${row}`)),
  ],
};
