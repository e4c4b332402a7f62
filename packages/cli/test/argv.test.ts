import assert from "node:assert/strict";
import fc from "fast-check";
import { type Chain, collect, normalise, type OptionSpec } from "#src/parser/index.js";

const options: OptionSpec[] = [
  { name: "database", short: "d", help: "" },
  { name: "trigger-arguments", kind: "list", help: "" },
  { name: "tags", kind: "words", help: "" },
  { name: "no-sync", kind: "flag", help: "" },
  { name: "quiet", short: "q", kind: "flag", help: "" },
  { name: "verbose", short: "v", kind: "count", help: "" },
  { name: "bind", kind: "optional-value", missingValue: "default", help: "" },
];
const chain: Chain = [
  { name: "influxdb3", help: "" },
  { name: "go", help: "", options, positionals: [] },
];

async function read(tokens: string[]) {
  const { argv, error, help } = normalise(tokens, chain, options);
  const { options: values, positionals } = await collect(argv, options);
  return { values: Object.fromEntries(values), positionals, error: error?.message, help };
}

/** Any text at all as a value, the ones that parsers like to interpret above all. */
const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "5",
    "-5",
    "0x10",
    "1e3",
    "true",
    "null",
    "",
    "a=b=c",
    '"quoted"',
    "'single'",
    "--",
    "--no-sync",
    "-q",
    "a.b",
    "__proto__",
    " spaced ",
    "line\nbreak",
    "ü=é",
  ),
);

describe("command line reading", () => {
  it("keeps every attached value exactly as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyText, { maxLength: 3 }), async (text, list) => {
        const tokens = [`--database=${text}`, ...list.map((one) => `--trigger-arguments=${one}`)];
        const { values, error, positionals } = await read(tokens);
        assert.equal(error, undefined);
        const expected = list.length === 0 ? {} : { "trigger-arguments": list };
        assert.deepEqual({ ...values }, { database: text, ...expected });
        assert.deepEqual(positionals, []);
      }),
    );
  });

  it("keeps every word after -- exactly as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 4 }), async (list) => {
        assert.deepEqual((await read(["--", ...list])).positionals, list);
      }),
    );
  });

  it("reads all spellings of a value alike", async () => {
    const value = anyText.filter((text) => text !== "" && !text.startsWith("-") && !text.startsWith("="));
    await fc.assert(
      fc.asyncProperty(value, fc.boolean(), async (text, before) => {
        const spellings = [[`-d${text}`], ["-d", text], [`-d=${text}`], ["--database", text], [`-qd${text}`]];
        for (const spelling of spellings) {
          const tokens = before ? ["word", ...spelling] : [...spelling, "word"];
          const { values, positionals, error } = await read(tokens);
          assert.deepEqual([error, values["database"], positionals], [undefined, text, ["word"]]);
        }
      }),
    );
  });

  it("never throws and never invents an option", async () => {
    const token = fc.oneof(
      anyText,
      fc.constantFrom("-vvq", "--verbose", "--bind", "--bind=x", "--tags", "-x", "--zz=1"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 8 }), async (tokens) => {
        const { values, error } = await read(tokens);
        if (error === undefined) {
          for (const name of Object.keys(values)) assert.ok(options.some((option) => option.name === name));
        }
      }),
    );
  });

  it("takes --no-… as a name, counts letters, and knows flags with an optional value", async () => {
    assert.deepEqual((await read(["--no-sync", "-vvv", "--bind"])).values, {
      "no-sync": true,
      verbose: 3,
      bind: "default",
    });
    assert.deepEqual((await read(["--no-sync=false", "--bind=x"])).values, { "no-sync": false, bind: "x" });
    assert.equal((await read(["--sync"])).error?.split("\n")[0], "error: unexpected argument '--sync' found");
    assert.equal(
      (await read(["--data", "x"])).error?.split("\n")[0],
      "error: unexpected argument '--data' found",
    );
  });

  it("refuses a repeated value but lets lists and flags repeat", async () => {
    assert.match((await read(["-d", "a", "--database=b"])).error ?? "", /cannot be used multiple times/);
    assert.equal((await read(["-q", "-q", "--tags", "a", "--tags", "b"])).error, undefined);
  });

  it("does not take an option for a value", async () => {
    assert.match(
      (await read(["--database", "--no-sync"])).error ?? "",
      /a value is required for '--database/,
    );
    assert.match((await read(["--database"])).error ?? "", /a value is required/);
    assert.equal((await read(["--database", "-5"])).values["database"], "-5");
    assert.equal(
      (await read(["--database", "-x y=1 5"])).error,
      "error: a value is required for '--database <DATABASE>' but none was supplied\n\nFor more information, try '--help'.",
    );
  });
});
