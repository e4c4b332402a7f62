import assert from "node:assert/strict";
import { LineParser, MAX_STRING_BYTES, Precision } from "@millrace/line-protocol";
import { NANOSECONDS, parse, parseError, parsePoint } from "./support/parse.ts";

describe("error texts", () => {
  it("quote up to ten bytes whole and cut longer contexts to ten characters", () => {
    assert.equal(parseError("m,0123456789"), "Tag set malformed: could not find equals sign in `0123456789`");
    assert.equal(
      parseError("m,01234567890"),
      "Tag set malformed: could not find equals sign in `0123456789...`",
    );
    assert.equal(
      parseError("m f=1 x23456789"),
      "Could not parse entire line. Found trailing content: ` x23456789`",
    );
    assert.equal(
      parseError("m f=1 x234567890"),
      "Could not parse entire line. Found trailing content: ` x23456789...`",
    );
    assert.equal(parseError(`m, ${"b".repeat(200)}=1i`), "Expected tag key, got ` bbbbbbbbb...`");
  });

  it("count characters, not bytes, when they cut", () => {
    // Six characters of two bytes are more than ten bytes, so the dots appear though nothing is lost.
    assert.equal(parseError("m,éééééé"), "Tag set malformed: could not find equals sign in `éééééé...`");
    assert.equal(
      parseError(`m,${"𝄞".repeat(11)}`),
      `Tag set malformed: could not find equals sign in \`${"𝄞".repeat(10)}...\``,
    );
  });

  it("quote numbers whole", () => {
    const digits = "1".repeat(70);
    assert.equal(parseError(`m f=${digits}i`), `Unable to parse integer value \`${digits}\``);
    assert.equal(parseError(`m f=-${digits}i`), `Unable to parse integer value \`-${digits}\``);
    assert.equal(parseError(`m f=1,g=${digits}u`), `Unable to parse unsigned integer value \`${digits}\``);
    assert.equal(parseError(`m f=1 -${digits}`), `Unable to parse timestamp value \`-${digits}\``);
  });

  it("name the range of a number before anything after it", () => {
    assert.equal(
      parseError("m f=9223372036854775808i,f=1 x"),
      "Unable to parse integer value `9223372036854775808`",
    );
    assert.equal(
      parseError("m f=1 9223372036854775808 x"),
      "Unable to parse timestamp value `9223372036854775808`",
    );
  });

  it("put syntax before repeated tags, and those before repeated fields and the time's range", () => {
    const second = { precision: Precision.second, defaultTimeNs: 0n };
    assert.match(parseError("m,t=1,t=2 f=1,f=2 9223372037 x", second), /^Could not parse/);
    assert.match(parseError("m,t=1,t=2 f=1,f=2 9223372037", second), /^Must not contain duplicate tags/);
    assert.match(parseError("m,t=1 f=1,f=2 9223372037", second), /multiple instances of 'f'/);
    assert.equal(
      parseError("m,t=1 f=1 09223372037", second),
      "timestamp, 9223372037, out of range for precision: Second",
    );
  });

  it("find repeated names whatever their spelling", () => {
    assert.match(parseError("m a\\,b=1,a\\ b=1,a,b=2"), /multiple instances of 'a,b' field/);
    assert.match(parseError("m,a\\,b=1,a,b=2 f=1"), /duplicate tags, but `a,b`/);
  });

  it("refuse strings of more than 1 MiB, counted after decoding", () => {
    const long = "x".repeat(MAX_STRING_BYTES);
    const inputs = (text: string) => [
      `${text} f=1`,
      `m,${text}=v f=1`,
      `m,t=${text} f=1`,
      `m ${text}=1`,
      `m f=1,${text}=1`,
      `m f="${text}"`,
    ];
    for (const input of inputs(long)) parsePoint(input);
    for (const input of inputs(`${long}x`)) assert.equal(parseError(input), "String is greater than 1MB");
    parsePoint(`m f="${long.slice(1)}\\""`);
    parsePoint(`m,t=${long.slice(1)}\\  f=1`);
    assert.equal(parseError(`m f="${long}\\""`), "String is greater than 1MB");
    assert.equal(parseError(`m,t=${long}\\  f=1`), "String is greater than 1MB");
  });

  it("hold also where the parser has met the names before", () => {
    const long = "x".repeat(MAX_STRING_BYTES);
    const body = `m f="a"\nm f="${long}"\nm f="${long}\\""\nm f="${long}y"\nm f="b"\n`;
    const errors = parse(body).map((outcome) => "error" in outcome);
    assert.deepEqual(errors, [false, false, true, true, false]);
  });
});

describe("error recovery", () => {
  it("reports every bad line once, with its number and its place", () => {
    const good = "m,t=a f=1 10";
    const bad = ["m", "m f=", ",x f=1", "m f=1 x", "m,t f=1"];
    const lines: string[] = [];
    const badNumbers: number[] = [];
    for (let i = 0; i < 500; i++) {
      const isBad = i % 7 === 3 || i % 11 === 0;
      if (isBad) badNumbers.push(i + 1);
      lines.push(isBad ? bad[i % bad.length]! : good);
    }
    const text = Buffer.from(lines.map((line, i) => (i % 5 === 0 ? `# note\n\n${line}` : line)).join("\n"));
    const parser = new LineParser();
    parser.reset(text, 0, text.length, NANOSECONDS);
    const found: number[] = [];
    let count = 0;
    while (parser.next()) {
      count++;
      assert.equal(parser.lineNumber, count);
      assert.equal(text.toString("utf8", parser.lineStart, parser.lineEnd), lines[count - 1]);
      const physical = text.toString("utf8", 0, parser.lineStart).split("\n").length;
      assert.equal(parser.sourceLine, physical);
      if (parser.error !== 0) found.push(parser.lineNumber);
      else assert.equal(parser.errorMessage(), "");
    }
    assert.equal(count, 500);
    assert.deepEqual(found, badNumbers);
  });

  it("describes a refused line as having no key and no fields", () => {
    const parser = new LineParser();
    const text = Buffer.from("m f=1,g=2\nm f=1,g=x\nm f=3\n");
    parser.reset(text, 0, text.length, NANOSECONDS);
    assert.ok(parser.next() && parser.next());
    assert.deepEqual([parser.keyId, parser.measurementId, parser.fieldCount], [-1, -1, 0]);
    assert.ok(parser.next());
    assert.deepEqual([parser.error, parser.fieldCount], [0, 1]);
  });
});
