import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readPluginMetadata } from "@millrace/api";

const described = (json: unknown, code = "", quotes = '"""') =>
  `${quotes}\n${typeof json === "string" ? json : JSON.stringify(json, null, 2)}\n${quotes}\nimport json\n${code}`;
const WRITES = "def process_writes(api, batches, args=None):\n    pass\n";

describe("a plugin's description of itself", () => {
  const problemsOf = (json: unknown, code = WRITES) =>
    readPluginMetadata(described(json, code)).problems.map(
      ({ severity, message }) => `${severity}: ${message}`,
    );

  it("names kinds and arguments", () => {
    const argument = { name: "field", example: "usage", description: "What to sum", required: true };
    const source = described({
      plugin_type: ["onwrite", "scheduled"],
      onwrite_args_config: [argument, { name: "limit", example: 5 }],
    });
    const both = `${source}${WRITES}\nasync def process_scheduled_call(api, time, args):\n    pass\n`;
    const { metadata, range, problems } = readPluginMetadata(both);
    assert.deepEqual(problems, []);
    assert.deepEqual(metadata, {
      kinds: ["scheduled", "onwrite"],
      arguments: {
        scheduled: [],
        onwrite: [argument, { name: "limit", example: "5", description: "", required: false }],
        http: [],
      },
    });
    assert.ok(range);
    assert.equal(JSON.parse(both.slice(range.start, range.end)).plugin_type.length, 2);
  });

  it("is the raw text between either kind of quotes", () => {
    const escaped =
      '{"plugin_type": ["onwrite"], "onwrite_args_config": [{"name": "q", "example": "\\"x\\""}]}';
    for (const quotes of ['"""', "'''"]) {
      const { metadata } = readPluginMetadata(described(escaped, WRITES, quotes));
      assert.equal(metadata?.arguments.onwrite[0]?.example, '"x"');
    }
  });

  it("may be missing, and is no other docstring", () => {
    for (const source of ["", WRITES, '"""Sums up."""\n', 'x = "{}"']) {
      assert.deepEqual(readPluginMetadata(source), { metadata: undefined, range: undefined, problems: [] });
    }
  });

  it("is told what is wrong with it", () => {
    assert.match(problemsOf("{nonsense}")[0] ?? "", /^error: the plugin's description is not JSON: /);
    assert.match(problemsOf({})[0] ?? "", /^error: 'plugin_type' must list what runs the plugin/);
    assert.match(
      problemsOf({ plugin_type: ["onwrite", "x"] })[0] ?? "",
      /unknown kind "x", use scheduled, onwrite/,
    );
    assert.deepEqual(problemsOf({ plugin_type: ["http"] }), [
      "error: the plugin defines process_writes, but 'plugin_type' does not list 'onwrite'",
      "error: 'plugin_type' lists 'http', but the plugin does not define process_request",
    ]);
    const config = [{ example: "x" }, { name: "a" }, { name: "a", unit: "s" }];
    assert.deepEqual(problemsOf({ plugin_type: ["onwrite"], onwrite_args_config: config, more: 1 }), [
      "hint: the plugin's description has an unknown key 'more'",
      "error: onwrite_args_config[0] needs a 'name'",
      "error: 'onwrite_args_config' names the argument 'a' twice",
      "hint: the argument 'a' has an unknown key 'unit'",
    ]);
    assert.deepEqual(problemsOf({ plugin_type: ["onwrite"], onwrite_args_config: {} }), [
      "error: 'onwrite_args_config' must be a list of arguments",
    ]);
  });

  it("counts functions that are imported or assigned", () => {
    const description = { plugin_type: ["onwrite"] };
    assert.deepEqual(problemsOf(description, "from .writes import process_writes\n"), []);
    assert.deepEqual(problemsOf(description, "process_writes = make()\n"), []);
  });

  it("is right in every template", () => {
    const templates = path.resolve(import.meta.dirname, "../../../templates");
    const sources = readdirSync(templates, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".py"))
      .map((name) => [name, readFileSync(path.join(templates, name), "utf8")] as const)
      .filter(([, source]) => source.includes("plugin_type"));
    assert.ok(sources.length >= 4);
    for (const [name, source] of sources) {
      const { metadata, problems } = readPluginMetadata(source);
      assert.deepEqual(problems, [], name);
      assert.ok(metadata !== undefined && metadata.kinds.length > 0, name);
    }
  });
});
