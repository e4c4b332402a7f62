import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

describe("the extension's walls", () => {
  it("uses the editor's own API in the editor's rooms only, so that the rest runs in plain Node", () => {
    const users = sourceFiles().filter((file) => /from "(?:vscode|vscode-languageclient)\b/.test(read(file)));
    const outside = users.filter((file) => !file.startsWith("editor/") && file !== "main.ts");
    assert.deepEqual(outside, []);
  });

  it("registers each command that it offers, and offers each that it registers", () => {
    // These the language server answers.
    const known = new Set(["millrace.writeTypings"]);
    for (const file of sourceFiles()) {
      for (const [, command] of read(file).matchAll(/"(millrace\.[a-zA-Z]+)": |registerCommand\("([^"]+)"/g))
        if (command !== undefined) known.add(command);
      for (const [, command] of read(file).matchAll(/registerCommand\("([^"]+)"/g)) known.add(command!);
    }
    const offered = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    assert.deepEqual([...known].sort(), [...offered].sort());
  });

  it("names only files that are there", () => {
    const files = [manifest.icon, ...manifest.contributes.snippets.map((it: { path: string }) => it.path)];
    for (const file of files) assert.ok(readFileSync(path.join(root, file)).length > 0, file);
  });
});

function sourceFiles(): string[] {
  return readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.split(path.sep).join("/"));
}

function read(file: string): string {
  return readFileSync(path.join(root, "src", file), "utf8");
}
