import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import type { PublishDiagnosticsParams } from "vscode-languageserver/node";
import { type RunningServer, startServer } from "./support/server.ts";

const WRONG = `
  def process_writes(influxdb3_local, table_batches, args=None):
      influxdb3_local.«inof»("x")
`;

/** Processes that a process started, by their ids. */
function childrenOf(pid: number): number[] {
  const listed = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
  return listed
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("the life of the language server", () => {
  let server: RunningServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it("tells editors that do not ask", async () => {
    server = await startServer({ capabilities: { textDocument: {} } });
    assert.equal(server.capabilities.diagnosticProvider, undefined);
    const file = await server.editor.open(WRONG);
    const published = await server.notification<PublishDiagnosticsParams>(
      "textDocument/publishDiagnostics",
      ({ uri, diagnostics }) => uri === file.uri && diagnostics.length > 0,
    );
    assert.deepEqual(published.diagnostics[0]!.range, file.range());
    await file.change("x = 1\n");
    await server.notification<PublishDiagnosticsParams>(
      "textDocument/publishDiagnostics",
      ({ uri, diagnostics }) => uri === file.uri && diagnostics.length === 0,
    );
  });

  it("starts the type checker again when it ends", async () => {
    server = await startServer();
    const file = await server.editor.open(WRONG);
    await file.expect("unknown-member");
    const [checker] = childrenOf(server.process.pid!).filter((pid) => isNode(pid));
    process.kill(checker!, "SIGKILL");
    const isBack = () => childrenOf(server!.process.pid!).some((pid) => pid !== checker && isNode(pid));
    await until(isBack);
    await file.expect("unknown-member");
  });

  it("gives up on a type checker that cannot be started, and goes on without", async () => {
    server = await startServer({ env: { MILLRACE_TEST_CHECKER: "/nowhere/langserver.index.js" } });
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.«write_sync»(LineBuilder("x"))
    `);
    await server.notification("window/showMessage");
    assert.ok((await file.diagnostics()).some((it) => it.code === "missing-no-sync"));
    assert.equal((await file.lenses()).length, 2);
  });

  it("leaves nothing behind", async () => {
    const running = await startServer();
    const file = await running.editor.open(WRONG);
    await file.expect("unknown-member");
    assert.equal(readdirSync(running.storage).length, 1);
    const children = childrenOf(running.process.pid!);
    await running.connection.sendRequest("shutdown");
    await until(() => !children.some((pid) => isRunning(pid)));
    assert.deepEqual(readdirSync(running.storage), []);
    await running.stop();
  });

  it("shows as much of the type checker as the settings say", async () => {
    const fixture = `
      import json
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.«inof»("x")
          «undefined»
          json.«dump»()
    `;
    const codesWith = async (diagnostics: string) => {
      server = await startServer({ settings: { diagnostics } });
      const file = await server.editor.open(fixture);
      const codes = (await file.diagnostics()).filter((it) => it.severity === 1).map((it) => it.code);
      await server.stop();
      return codes;
    };
    assert.deepEqual(await codesWith("plugin"), ["unknown-member"]);
    assert.deepEqual(await codesWith("standard"), ["unknown-member", "undefined-name"]);
    assert.deepEqual(await codesWith("all"), ["unknown-member", "undefined-name", "reportCallIssue"]);
  }).timeout(60_000);

  it("links findings to the page of checks that the editor names", async () => {
    server = await startServer({ initializationOptions: { checksPage: "https://example.org/checks" } });
    const [found] = await (await server.editor.open(WRONG)).expect("unknown-member");
    assert.equal(found!.codeDescription?.href, "https://example.org/checks#unknown-member");
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isNode(pid: number): boolean {
  const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return command.includes("langserver");
}
