import assert from "node:assert/strict";
import path from "node:path";
import { DiagnosticSeverity } from "vscode-languageserver/node";
import { pythonFiles, readRepositoryFile, root } from "./support/plugins.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const places = [
  "templates",
  "examples",
  "test/fixtures/plugins/real",
  "packages/language-server/test/fixtures/valid",
  "packages/language-server/test/fixtures/plugins",
];
/** That a package is not here says nothing of the plugin. */
const aboutPackages: readonly unknown[] = ["missing-package", "unresolved-import"];

describe("plugins that work", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer({ workspace: root });
  });

  after(() => server.stop());

  for (const file of places.flatMap(pythonFiles)) {
    it(`${file}: nothing is wrong`, async () => {
      const opened = await server.editor.open(readRepositoryFile(file), {
        name: file.split(path.sep).join("/"),
      });
      const found = await opened.diagnostics();
      const isQuiet = (severity: number = DiagnosticSeverity.Error) =>
        severity >= DiagnosticSeverity.Information;
      const wrong = found.filter((it) => !isQuiet(it.severity) || !aboutPackages.includes(it.code));
      assert.deepEqual(
        wrong.map((it) => `${it.range.start.line + 1}: ${it.code}: ${it.message}`),
        [],
      );
    });
  }
});
