import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { rootCommand } from "#src/commands/index.js";
import type { CommandSpec } from "#src/parser/index.js";
import { commandReference } from "./support/reference-tables.ts";

const page = new URL("../../../docs/reference/cli.md", import.meta.url);
const START = "<!-- generated: commands -->\n";
const END = "<!-- end -->";

function optionsOf(name: string) {
  return rootCommand.children?.find((child: CommandSpec) => child.name === name)?.options ?? [];
}

describe("docs/reference/cli.md", () => {
  it("lists the commands and options as they are (UPDATE_DOCS=1 writes it anew)", () => {
    const shared = optionsOf("write").filter(
      (option) => optionsOf("query").includes(option) && option.name !== "format",
    );
    const text = readFileSync(page, "utf8");
    const before = text.slice(0, text.indexOf(START) + START.length);
    const after = text.slice(text.indexOf(END));
    const expected = `${before}\n${commandReference(rootCommand, shared)}\n\n${after}`;
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, expected);
    else assert.equal(text, expected, "the page is stale: run this test with UPDATE_DOCS=1");
  });
});
