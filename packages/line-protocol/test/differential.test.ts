import assert from "node:assert/strict";
import { canonicalLine, formatLine, LineParser } from "@millrace/line-protocol";
import fc from "fast-check";
import { nearlyLines, point } from "./support/arbitraries.ts";
import { NANOSECONDS, outcomes, parse, parseWith } from "./support/parse.ts";
import { parseSlowly, splitSlowly } from "./support/reference-parser.ts";
import { runs } from "./support/runs.ts";

/** Printed points in one body, with characters removed, doubled, or exchanged. */
const mutatedBodies = fc
  .record({
    points: fc.array(point, { minLength: 1, maxLength: 6 }),
    edits: fc.array(
      fc.record({ at: fc.nat(), insert: fc.constantFrom("", '"', "\\", "\n", ",", "=", " ", "x", "\t") }),
      {
        maxLength: 4,
      },
    ),
    keep: fc.boolean(),
  })
  .map(({ points, edits, keep }) => {
    const characters = [...points.map(formatLine).join("\n")];
    for (const { at, insert } of edits) characters.splice(at % characters.length, keep ? 0 : 1, insert);
    return characters.join("");
  });

function compare(body: string): void {
  const expected = parseSlowly(body);
  const parser = new LineParser();
  assert.deepEqual(parseWith(parser, body), expected, "with a new parser");
  assert.deepEqual(parseWith(parser, body), expected, "with every name known");
  assert.deepEqual(
    parseWith(parser, `${body}\n`),
    expected.length > 0 ? parseSlowly(`${body}\n`) : [],
    "with a newline",
  );
}

describe("the parser equals a slow one", () => {
  it("on bodies made of fragments", () => {
    fc.assert(fc.property(nearlyLines, compare), runs(3000));
  });

  it("on valid lines with a few characters changed", () => {
    fc.assert(fc.property(mutatedBodies, compare), runs(500));
  });

  it("on bodies read by a parser that knows other bodies", () => {
    const parser = new LineParser();
    fc.assert(
      fc.property(nearlyLines, (body) => assert.deepEqual(parseWith(parser, body), parseSlowly(body))),
      runs(2000),
    );
  });

  it("inside a larger buffer, without touching what lies around", () => {
    const parser = new LineParser();
    fc.assert(
      fc.property(nearlyLines, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (body, before, after) => {
        const text = Buffer.from(body);
        // What lies around looks like more of the same.
        const bytes = Buffer.from("9=,m9".slice(0, before) + body + "99 i\n".slice(0, after));
        parser.reset(bytes, before, text.length, NANOSECONDS);
        assert.deepEqual(outcomes(parser), parseSlowly(body));
      }),
      runs(1000),
    );
  });

  it("on shared memory", () => {
    const text = Buffer.from('m,t=a f=1,s="é" 10\nm,t=b f=2i\nbad\n');
    const shared = new Uint8Array(new SharedArrayBuffer(text.length));
    shared.set(text);
    assert.deepEqual(parse(shared), parse(text));
  });
});

describe("line splitting", () => {
  it("finds the lines of the slow splitter", () => {
    fc.assert(
      fc.property(nearlyLines, (body) => {
        const bytes = Buffer.from(body);
        const parser = new LineParser();
        parser.reset(bytes, 0, bytes.length, NANOSECONDS);
        const ends: number[] = [];
        while (parser.next()) ends.push(parser.lineEnd);
        const expected = new Set<number>();
        let end = -1;
        for (const line of splitSlowly(body)) {
          end += 1 + Buffer.byteLength(line);
          expected.add(end);
        }
        for (const found of ends) assert.ok(expected.has(found), `a line ends at ${found}`);
      }),
      runs(1000),
    );
  });
});

describe("any bytes at all", () => {
  const soup = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.constantFrom(...Buffer.from('m,t=f1i"\\ \n#\xff\x80.e-')))
      .map((bytes) => Uint8Array.from(bytes)),
  );

  it("are read to their end without an exception", () => {
    const parser = new LineParser();
    fc.assert(
      fc.property(soup, (bytes) => {
        parser.reset(bytes, 0, bytes.length, NANOSECONDS);
        let lines = 0;
        let last = -1;
        while (parser.next()) {
          lines++;
          assert.ok(
            parser.lineStart > last && parser.lineEnd > parser.lineStart && parser.lineEnd <= bytes.length,
          );
          last = parser.lineStart;
          assert.equal(parser.errorMessage() === "", parser.error === 0);
        }
        assert.equal(parser.position, bytes.length);
        assert.ok(lines <= bytes.length);
        assert.equal(parser.next(), false);
      }),
      runs(3000),
    );
  });
});

describe("accepted lines kept for later", () => {
  it("mean the same in another body when they are kept in canonical form", () => {
    fc.assert(
      fc.property(nearlyLines, (body) => {
        const bytes = Buffer.from(body);
        const parser = new LineParser();
        parser.reset(bytes, 0, bytes.length, NANOSECONDS);
        const kept: string[] = [];
        while (parser.next()) {
          if (parser.error !== 0) continue;
          const line = canonicalLine(parser);
          if (parser.isSelfContained)
            assert.equal(line, bytes.toString("utf8", parser.lineStart, parser.lineEnd));
          kept.push(line);
        }
        const accepted = parseSlowly(body).filter((outcome) => "point" in outcome);
        assert.deepEqual(parse(kept.join("\n")), accepted);
      }),
      runs(2000),
    );
  });

  it("keep their meaning when the refused ones are cut out of the body, with what precedes them", () => {
    const cutOut = (body: string): Uint8Array => {
      const bytes = Buffer.from(body);
      const parser = new LineParser();
      parser.reset(bytes, 0, bytes.length, NANOSECONDS);
      const kept: Uint8Array[] = [];
      let keptTo = 0;
      while (parser.next()) {
        if (parser.error === 0) continue;
        kept.push(bytes.subarray(keptTo, parser.spanStart));
        keptTo = parser.position;
      }
      return Buffer.concat([...kept, bytes.subarray(keptTo)]);
    };
    const accepted = (body: string) => parseSlowly(body).filter((outcome) => "point" in outcome);
    // Had the two spaces stayed, the quotes of the second line would swallow the third.
    const spaced = '  bad\nm,t="x=" f=1\nm f=2\n';
    assert.deepEqual(parse(cutOut(spaced)), accepted(spaced));
    fc.assert(
      fc.property(nearlyLines, (body) => assert.deepEqual(parse(cutOut(body)), accepted(body))),
      runs(1000),
    );
  });

  it("are printed anew when their place held them together", () => {
    const cases: [string, string][] = [
      [' m,t=a=b,u=c f=1,g="x\ny" 5', 'm,t=a\\=b,u=c f=1,g="x\ny" 5'],
      ['m a,b="x="', 'm a\\,b="x="'],
    ];
    for (const [body, expected] of cases) {
      const bytes = Buffer.from(body);
      const parser = new LineParser();
      parser.reset(bytes, 0, bytes.length, NANOSECONDS);
      assert.ok(parser.next());
      assert.equal(parser.errorMessage(), "");
      if (!parser.isSelfContained) assert.equal(canonicalLine(parser), expected);
    }
  });
});
