import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readRepositoryFile, root } from "./support/plugins.ts";

/** Rooms that find something. */
const rooms = ["lints", "python-features", "sql-strings"];

function codesOf(room: string): string[] {
  const directory = path.join(root, "packages/language-server/src", room);
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(path.join(directory, file), "utf8").matchAll(
        /\b(?:code: |code = |CODE = )"([a-z-]+)"/g,
      ),
    ])
    .map((match) => match[1]!);
}

describe("the page of all checks", () => {
  const page = readRepositoryFile("docs/reference/plugin-checks.md");

  for (const code of new Set(rooms.flatMap(codesOf))) {
    it(`has a section for ${code}, which findings link to`, () => {
      assert.match(page, new RegExp(`^### ${code}$`, "m"));
    });
  }
});
