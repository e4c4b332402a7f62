import assert from "node:assert/strict";
import { FieldType, formatLine, type Point } from "@millrace/line-protocol";
import { type CaseHost, type RunOutcome, readTestFile, runCase } from "@millrace/plugin-runtime";
import fc from "fast-check";

/** A plugin that wrote one line. */
function hostThatWrote(text: string): CaseHost {
  const writes = [{ database: "test", text, sync: false, file: "p.py", line: 1 }];
  return {
    plugin: { fileName: "p.py", source: "" },
    run: async () => ({ ok: true, logs: [], events: [], durationNs: 1, writes }) as unknown as RunOutcome,
    dropCache: async () => {},
    prepareQueries: async () => {},
    query: async () => ({ batches: [] }),
    readText: async () => "",
    nowNs: () => 0n,
  };
}

async function fits(expected: string, written: string): Promise<boolean> {
  const test = { name: "n", trigger: "schedule", expect: { writes: [expected] } };
  const file = readTestFile(JSON.stringify({ cases: [test] }), "p.test.yaml");
  const { passed, problem } = await runCase(file, file.cases[0]!, hostThatWrote(written));
  assert.equal(problem, undefined);
  return passed;
}

// A tilde after `=` could be a placeholder, and `<any>` is one.
const text = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'ab ,=\\"é0\n') });
const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(..."abc ,=é1") });
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => ({ type: FieldType.float, value: v })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((v) => ({ type: FieldType.integer, value: v })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((v) => ({ type: FieldType.unsigned, value: v })),
  fc.boolean().map((v) => ({ type: FieldType.boolean, value: v })),
  text.map((v) => ({ type: FieldType.string, value: v })),
);
const point = fc.record({
  measurement: name,
  tags: fc.uniqueArray(fc.record({ key: name, value: name }), { maxLength: 4, selector: ({ key }) => key }),
  fields: fc.uniqueArray(fc.record({ key: name, value }), {
    ...{ minLength: 1, maxLength: 4, selector: ({ key }: { key: string }) => key },
  }),
  timeNs: fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), { nil: undefined }),
}) as fc.Arbitrary<Point>;

describe("test cases: any point", () => {
  it("fits itself, whatever the order of its parts", async () => {
    await fc.assert(
      fc.asyncProperty(point, async (one) => {
        const turned = { ...one, tags: one.tags.toReversed(), fields: one.fields.toReversed() };
        assert.equal(await fits(formatLine(one), formatLine(turned)), true);
      }),
    );
  });

  it("fits among several lines of one entry, whatever line breaks are in its texts", async () => {
    await fc.assert(
      fc.asyncProperty(point, point, async (one, other) => {
        const [first, second] = [formatLine(one), formatLine(other)];
        assert.equal(await fits(`${first}\r\n\n${second}\n`, `${second}\n${first}`), true);
      }),
    );
  });

  it("fits a line with placeholders for its values, and no other point", async () => {
    await fc.assert(
      fc.asyncProperty(point, async (one) => {
        const line = formatLine({ ...one, tags: [...one.tags, { key: "zz", value: "v" }] });
        const pattern = line.replace(/zz=v/, "zz=<any>");
        assert.equal(await fits(pattern, line), true);
        const other = formatLine({
          ...one,
          tags: [...one.tags, { key: "zz", value: "v" }, { key: "zzz", value: "v" }],
        });
        assert.equal(await fits(pattern, other), false);
      }),
    );
  });
});
