import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { generatedPages } from "../../scripts/generate-docs.ts";

describe("generated reference pages", () => {
  for (const [file, expected] of generatedPages()) {
    it(`${path.basename(file)} is up to date`, () => {
      assert.equal(
        readFileSync(file, "utf8"),
        expected,
        "run: node --import tsx packages/server/scripts/generate-docs.ts",
      );
    });
  }
});
