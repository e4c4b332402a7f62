import assert from "node:assert/strict";
import {
  FieldType,
  formatLine,
  InexpressibleError,
  LineParser,
  MAX_STRING_BYTES,
} from "@millrace/line-protocol";
import fc from "fast-check";
import { point } from "./support/arbitraries.ts";
import { parse, parsePoint, parseWith } from "./support/parse.ts";
import { runs } from "./support/runs.ts";

const one = { key: "f", value: { type: FieldType.float, value: 1 } } as const;

describe("printing", () => {
  it("is undone by parsing", () => {
    fc.assert(
      fc.property(point, (original) => assert.deepEqual(parsePoint(formatLine(original)), original)),
      {
        numRuns: 2000,
      },
    );
  });

  it("is undone in any company, and when the names are known", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 8 }), (points) => {
        const body = points.map(formatLine).join("\n");
        const parser = new LineParser();
        const expected = points.map((p) => ({ point: p }));
        assert.deepEqual(parseWith(parser, body), expected);
        assert.deepEqual(parseWith(parser, body), expected);
      }),
      runs(300),
    );
  });

  it("keeps what a backslash hides", () => {
    for (const name of ["a\\\nb", "a\\\tb", "C:\\dir", "a\\\\b", "a\\,b", "a\\ b", "a\\=b", "a\\éb", "\\x"]) {
      const original = {
        measurement: name,
        tags: [{ key: name, value: name }],
        fields: [{ key: name, value: one.value }],
        timeNs: 5n,
      };
      assert.deepEqual(parsePoint(formatLine(original)), original, JSON.stringify(name));
    }
  });

  it("leaves ordinary text as it is", () => {
    const original = {
      measurement: "disk",
      tags: [{ key: "path", value: "C:\\dir" }],
      fields: [one],
      timeNs: -3n,
    };
    assert.equal(formatLine(original), "disk,path=C:\\dir f=1 -3");
  });

  it("refuses what line protocol cannot say, naming the part", () => {
    const cases: [RegExp, Partial<Parameters<typeof formatLine>[0]>][] = [
      [/without fields/, { fields: [] }],
      [/empty measurement/, { measurement: "" }],
      [/measurement 'a\\' ends with a backslash/, { measurement: "a\\" }],
      [/starts with '#'/, { measurement: "#a" }],
      [/contains "\\n"/, { measurement: "a\nb" }],
      [/contains "\\u0000"/, { measurement: "a\0b" }],
      [/empty tag key/, { tags: [{ key: "", value: "v" }] }],
      [/empty value of tag 't'/, { tags: [{ key: "t", value: "" }] }],
      [/contains "\\t"/, { tags: [{ key: "t", value: "a\tb" }] }],
      [/tag 't' appears twice/, { tags: ["1", "2"].map((value) => ({ key: "t", value })) }],
      [/field 'f' appears twice/, { fields: [one, one] }],
      [/surrogate/, { measurement: "a\ud800" }],
      [/longer than 1048576 bytes/, { measurement: "é".repeat(MAX_STRING_BYTES / 2 + 1) }],
      [/is NaN/, { fields: [{ key: "f", value: { type: FieldType.float, value: Number.NaN } }] }],
      [/64 bits/, { fields: [{ key: "f", value: { type: FieldType.integer, value: 2n ** 63n } }] }],
      [/64 bits/, { fields: [{ key: "f", value: { type: FieldType.unsigned, value: -1n } }] }],
      [/64 bits/, { timeNs: 2n ** 63n }],
    ];
    for (const [message, part] of cases) {
      assert.throws(
        () => formatLine({ measurement: "m", tags: [], fields: [one], ...part }),
        (error) => error instanceof InexpressibleError && message.test(error.message),
        String(message),
      );
    }
  });

  it("writes infinities as numbers that overflow", () => {
    const value = { type: FieldType.float, value: Number.NEGATIVE_INFINITY } as const;
    const line = formatLine({ measurement: "m", tags: [], fields: [{ key: "f", value }] });
    assert.deepEqual(parse(line), [
      { point: { measurement: "m", tags: [], fields: [{ key: "f", value }], timeNs: undefined } },
    ]);
  });
});
