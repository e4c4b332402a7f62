import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { API_CLASSES, describeApi } from "@millrace/language-server";
import { PluginDocument } from "#src/plugin-document/index.js";

const page = new URL("../../../docs/reference/plugin-api.md", import.meta.url);
const prelude = new URL("../../plugin-runtime/src/prelude/", import.meta.url);

/** The methods of a class of the runtime, each as its parameters read in Python. */
function methodsOf(file: string, className: string): Map<string, string> {
  const text = readFileSync(new URL(file, prelude), "utf8");
  const start = text.indexOf(`class ${className}`);
  const rest = text.slice(start + 1);
  const end = rest.search(/^(?:class |_\w+ = |for )/m);
  const document = PluginDocument.parse("file:///prelude.py", 0, text.slice(start, start + 1 + end));
  return new Map(
    document.functions
      .filter((it) => !it.name.startsWith("_") || it.name === "__init__")
      .map((it) => [it.name, it.parameters.map((parameter) => document.textOf(parameter)).join(", ")]),
  );
}

describe("the table of the plugin API", () => {
  const runtimeClasses: Record<string, [file: string, className: string]> = {
    InfluxDB3Local: ["plugin_api.py", "PyPluginCallApi"],
    Cache: ["plugin_api.py", "PyCache"],
    LineBuilder: ["line_builder.py", "LineBuilder"],
  };

  for (const described of API_CLASSES) {
    it(`has the methods and parameters of ${described.name} that the runtime has`, () => {
      const actual = methodsOf(...runtimeClasses[described.name]!);
      const cacheIsAProperty = described.members.some((it) => it.kind === "property" && it.name === "cache");
      if (cacheIsAProperty) actual.delete("cache");
      if (described.constructedWith === undefined) actual.delete("__init__");
      const parameters = (of: (typeof described.members)[number] & { kind: "method" }) =>
        ["self", ...of.parameters.map((it) => (it.default ? `${it.name}=${it.default}` : it.name))].join(
          ", ",
        );
      const expected = new Map(
        described.members.filter((it) => it.kind === "method").map((it) => [it.name, parameters(it)]),
      );
      if (described.constructedWith !== undefined) {
        expected.set("__init__", ["self", ...described.constructedWith.map((it) => it.name)].join(", "));
      }
      assert.deepEqual(new Map([...expected].sort()), new Map([...actual].sort()));
    });
  }

  it("is what docs/reference/plugin-api.md says (UPDATE_DOCS=1 writes it anew)", () => {
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, describeApi());
    else assert.equal(readFileSync(page, "utf8"), describeApi(), "stale: run this test with UPDATE_DOCS=1");
  });
});
