import assert from "node:assert/strict";
import { decodeString, isValidUtf8, LineParser } from "@millrace/line-protocol";
import { NANOSECONDS, parse, parseWith } from "./support/parse.ts";

describe("bodies", () => {
  it("without any line end at once", () => {
    const parser = new LineParser();
    for (const body of ["", "\n", " \t\n\n", "# a\n#b", "\n# c\n  "]) {
      const bytes = Buffer.from(body);
      parser.reset(bytes, 0, bytes.length, NANOSECONDS);
      assert.equal(parser.next(), false, JSON.stringify(body));
      assert.equal(parser.lineNumber, 0);
    }
  });

  it("may be walked in pieces, from the position where one stopped", () => {
    const body = Buffer.from('m f=1\n\n# c\nm f=2\nm f="a\nb"\nm f=4');
    const parser = new LineParser();
    const numbers: number[] = [];
    let offset = 0;
    for (;;) {
      parser.reset(body, offset, body.length - offset, NANOSECONDS);
      if (!parser.next()) break;
      numbers.push(parser.lineStart);
      offset = parser.position;
    }
    assert.deepEqual(numbers, [0, 11, 17, 27]);
  });

  it("lose lines to a quote in a comment, up to the next quote or the end", () => {
    const [only, ...others] = parse('# say a="\nm f=1');
    assert.ok(only !== undefined && "point" in only && others.length === 0);
    assert.deepEqual(parse('# say a="\nm f=1\nm f=2\n'), [
      { error: "Could not parse entire line. Found trailing content: `\nm f=2\n`" },
    ]);
    assert.equal(parse('# say "a=\nm f=1\nm f=2\n').length, 2);
  });

  it("must lie inside their buffer", () => {
    const parser = new LineParser();
    for (const [offset, length] of [
      [0, 4],
      [2, 2],
      [-1, 1],
      [0, -1],
    ] as const) {
      assert.throws(() => parser.reset(Buffer.from("abc"), offset, length, NANOSECONDS), RangeError);
    }
  });

  it("may end in a line longer than what is kept aside for it", () => {
    const parser = new LineParser();
    const long = "x".repeat(100_000);
    for (const text of ["m f=1", `m f="${long}"`, 'm f="short"', `m,t=${long} f=1`, `m,t=${long} f=1`]) {
      const [outcome] = parseWith(parser, text);
      assert.ok(outcome !== undefined && "point" in outcome);
    }
  });

  it("point to their strings by offset in the buffer", () => {
    const parser = new LineParser();
    const body = Buffer.from('....m s="one"\nm s="two"\nm s="th\\"ree"');
    parser.reset(body, 4, body.length - 4, NANOSECONDS);
    const strings: string[] = [];
    while (parser.next()) {
      const [start, length] = parser.valuesI32;
      strings.push(decodeString(body, start!, length!, parser.stringEscaped[0] === 1));
    }
    assert.deepEqual(strings, ["one", "two", 'th"ree']);
  });
});

describe("isValidUtf8", () => {
  it("tells UTF-8 from other bytes, on shared memory too", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([0xf0, 0x9d, 0x84, 0x9e]);
    assert.equal(isValidUtf8(shared), true);
    assert.equal(isValidUtf8(shared.subarray(1)), false);
    assert.equal(isValidUtf8(Buffer.from("é")), true);
    assert.equal(isValidUtf8(Uint8Array.of(0xc3)), false);
  });
});
