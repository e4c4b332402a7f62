import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { attacks } from "./attacks/index.ts";
import { findOtherNodes } from "./find-nodes.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const suite = fileURLToPath(new URL("escape-attempts.test.ts", import.meta.url));
const mocha = path.join(
  path.dirname(createRequire(import.meta.url).resolve("mocha/package.json")),
  "bin/mocha.js",
);
const SUITE_MAX_MS = 300_000;
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Each version of Node has its own permission model, stack and WebAssembly engine. */
describe("escape attempts on other versions of Node", function () {
  this.timeout(SUITE_MAX_MS);
  const nodes = findOtherNodes();
  const tried = attacks({ secretFile: "", touchFile: "", mount: "/", port: 0 }).length;

  it(`were looked for: ${nodes.map((node) => node.version).join(", ") || "none is installed beside this one"}`, () => {
    assert.ok(nodes.every((node) => node.version !== process.version));
  });

  for (const { file, version } of nodes) {
    it(`none of ${tried} succeeds on ${version}`, async () => {
      const { stdout } = await promisify(execFile)(file, [mocha, "--reporter", "json", suite], {
        cwd: root,
        timeout: SUITE_MAX_MS,
        maxBuffer: OUTPUT_MAX_BYTES,
      }).catch((error: { stdout: string }) => error);
      const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
        stats: { passes: number };
        failures: { fullTitle: string; err: { message: string } }[];
      };
      assert.deepEqual(
        report.failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`),
        [],
      );
      assert.equal(report.stats.passes, tried);
    });
  }
});
