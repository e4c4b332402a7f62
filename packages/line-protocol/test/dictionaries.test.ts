import assert from "node:assert/strict";
import { LineParser } from "@millrace/line-protocol";
import { NANOSECONDS } from "./support/parse.ts";

function reader(seed?: number) {
  const parser = seed === undefined ? new LineParser() : new LineParser({ seed });
  return {
    parser,
    each(body: string, visit: () => void): void {
      const bytes = Buffer.from(body);
      parser.reset(bytes, 0, bytes.length, NANOSECONDS);
      while (parser.next()) visit();
    },
  };
}

describe("ids", () => {
  it("are dense, stable and resolve to decoded names", () => {
    const { parser, each } = reader();
    const seen: number[][] = [];
    const visit = () =>
      seen.push([parser.keyId, parser.measurementId, ...parser.fieldKeyIds.slice(0, parser.fieldCount)]);
    each("m,t=a f=1,g=2\nm,t=b g=1\nn\\ x,t\\=k=v\\ w,b=2 f\\,1=1\nm,t=a h=1,f=2\n", visit);
    assert.deepEqual(seen, [
      [0, 0, 0, 1],
      [1, 0, 1],
      [2, 1, 0],
      [0, 0, 2, 0],
    ]);
    assert.deepEqual(parser.keys.tags(2), [
      { key: "t=k", value: "v w" },
      { key: "b", value: "2" },
    ]);
    assert.equal(parser.measurements.name(1), "n x");
    assert.equal(parser.keys.measurementOf(2), 1);
    assert.equal(Buffer.from(parser.keys.bytes(2)).toString(), "n\\ x,t\\=k=v\\ w,b=2");
    assert.equal(parser.fields(1).name(0), "f,1");
    assert.deepEqual([parser.keyCount, parser.measurements.count, parser.fields(0).count], [3, 2, 3]);
    assert.throws(() => parser.keys.tags(3), RangeError);
    assert.throws(() => parser.measurements.name(2), RangeError);
    assert.throws(() => parser.fields(2), RangeError);
    assert.throws(() => parser.fields(0).name(3), RangeError);
  });

  it("are one for all spellings of a field and measurement, one per spelling of a key", () => {
    const { parser, each } = reader();
    const ids: number[] = [];
    each("m\\x,t=a f=1\nm\\\\x,t=a f=1,a,b=2\nm\\\\x,t=a a\\,b=1\n", () => {
      ids.push(parser.keyId, parser.measurementId, parser.fieldKeyIds[parser.fieldCount - 1]!);
    });
    assert.deepEqual(ids, [0, 0, 0, 1, 0, 1, 1, 0, 1]);
  });

  it("are not given out for lines of bad syntax", () => {
    const { parser, each } = reader();
    each("m,t=a f=1,g=x\nm,t=a\nm,t=1,t=2 f=1\n", () => assert.notEqual(parser.error, 0));
    assert.deepEqual([parser.keyCount, parser.measurements.count], [0, 0]);
  });

  it("tell bytes apart that would be one number, or no number, if they were one", () => {
    const zero = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0]);
    const minusZero = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]);
    const notANumber = Buffer.from([1, 1, 1, 1, 1, 1, 0xf8, 0x7f]);
    const otherNotANumber = Buffer.from([2, 1, 1, 1, 1, 1, 0xf8, 0x7f]);
    const groups = [zero, minusZero, notANumber, otherNotANumber];
    for (const first of groups) {
      const { parser } = reader();
      for (let round = 0; round < 3; round++) {
        for (const group of [first, ...groups]) {
          // The group fills the second eight bytes of key and field alike.
          const line = Buffer.concat([
            Buffer.from("m,tag=a,"),
            group,
            Buffer.from("=value "),
            Buffer.from("fieldkey"),
            group,
            Buffer.from("=1\n"),
          ]);
          parser.reset(line, 0, line.length, NANOSECONDS);
          assert.ok(parser.next());
          assert.equal(parser.error, 0);
          assert.deepEqual(
            Buffer.from(parser.keys.bytes(parser.keyId)),
            Buffer.from(line.subarray(0, line.indexOf(" "))),
          );
        }
      }
      assert.deepEqual([parser.keyCount, parser.fields(0).count > 2], [4, true]);
    }
  });

  it("survive growth and come again in any order", () => {
    const { parser, each } = reader(1);
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `m${i % 50},host=h${i},x=${"y".repeat(i % 9)}z f${i % 300}=1i`,
    );
    const first: number[] = [];
    each(`${lines.join("\n")}\n`, () => first.push(parser.keyId));
    assert.deepEqual(
      first,
      lines.map((_, i) => i),
    );
    const before = parser.keyBytes;
    const again: number[] = [];
    each(`${lines.toReversed().join("\n")}\n`, () => again.push(parser.keyId));
    assert.deepEqual(again, first.toReversed());
    assert.equal(parser.keyBytes, before);
    assert.ok(before > 20_000 * 20);
  });

  it("hold for lines with more fields than any before", () => {
    const { parser, each } = reader();
    const body = (count: number) => `m ${Array.from({ length: count }, (_, i) => `f${i}=${i}i`).join(",")}\n`;
    for (const count of [1, 500, 3, 1200]) {
      each(body(count) + body(count), () => {
        assert.equal(parser.error, 0);
        assert.equal(parser.fieldCount, count);
        for (let i = 0; i < count; i++)
          assert.deepEqual([parser.fieldKeyIds[i], parser.valuesI32[i * 2]], [i, i]);
      });
    }
  });

  it("are found however the fields of a table vary", () => {
    const { parser, each } = reader();
    const sets = ["a=1,b=2,c=3", "c=3,a=1", "b=2", "a=1,c=3,b=2", "d=4,a=1"];
    const body = Array.from({ length: 200 }, (_, i) => `m ${sets[i % sets.length]}`).join("\n");
    const ids = { a: 0, b: 1, c: 2, d: 3 };
    let row = 0;
    each(`${body}\n`, () => {
      const expected = sets[row++ % sets.length]!.split(",").map((pair) => ids[pair[0] as keyof typeof ids]);
      assert.deepEqual([...parser.fieldKeyIds.slice(0, parser.fieldCount)], expected);
    });
    assert.equal(row, 200);
  });
});

describe("crafted collisions", () => {
  const PAIRS = 13;

  /**
   * Two words that differ in their top bit, and the next two so that the difference cancels, hash alike from
   * any seed: k such pairs make 2^k keys of one hash.
   */
  function bodyOf(left: Buffer, right: Buffer): Buffer {
    const keys: Buffer[] = [];
    for (let bits = 0; bits < 1 << PAIRS; bits++) {
      const parts = Array.from({ length: PAIRS }, (_, i) => ((bits >> i) & 1 ? right : left));
      keys.push(Buffer.concat([...parts, Buffer.from(" f=1\n")]));
    }
    return Buffer.concat([...keys, ...keys.toReversed()]);
  }

  function timeToParse(body: Buffer): number {
    const parser = new LineParser();
    const start = process.hrtime.bigint();
    parser.reset(body, 0, body.length, NANOSECONDS);
    const ids: number[] = [];
    while (parser.next()) ids.push(parser.keyId);
    const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
    assert.equal(parser.keyCount, 1 << PAIRS);
    assert.deepEqual(ids.slice(1 << PAIRS), ids.slice(0, 1 << PAIRS).toReversed());
    return elapsed;
  }

  it("cost a bounded number of steps a line", () => {
    const left = Buffer.from("aaa\x61bb\x62\x62", "latin1");
    const ordinary = timeToParse(bodyOf(left, Buffer.from("aaa\x62bb\x62\x62", "latin1")));
    const crafted = timeToParse(bodyOf(left, Buffer.from("aaa\xe1bb\x63\xe2", "latin1")));
    // Without the bound this takes a hundred times as long, growing with the number of keys.
    assert.ok(crafted < 15 * ordinary + 100, `${crafted} ms against ${ordinary} ms`);
  });
});
