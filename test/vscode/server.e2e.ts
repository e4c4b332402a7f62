import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { repository } from "../support/cli.ts";
import { temporaryDirectory } from "../support/directories.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";
import { install } from "./install.ts";
import { type Browser, openBrowser } from "./support/browser.ts";
import { type EditorServer, startEditor } from "./support/editor.ts";
import { Workbench } from "./support/workbench.ts";

const VSIX = path.join(repository, "packages", "vscode-extension", "bundle", "millrace.vsix");
const ROW = ".pane-body .monaco-list-row";

describe("a server in VS Code", function () {
  this.timeout(300_000);
  let server: TestServer;
  let token: string;
  let editor: EditorServer;
  let browser: Browser;
  let workbench: Workbench;

  before(async () => {
    const pluginDir = temporaryDirectory("plugins");
    server = await startServer({ pluginDir });
    const created = await fetch(`${server.url}/api/v3/configure/token/admin`, { method: "POST" });
    token = ((await created.json()) as { token: string }).token;
    await write("home,room=Kitchen temp=21.5");
    const workspace = temporaryDirectory("workspace");
    mkdirSync(workspace, { recursive: true });
    cpSync(path.join(repository, "templates", "wal"), workspace, { recursive: true });
    const installed = install();
    editor = await startEditor({ installed, vsix: VSIX });
    browser = await openBrowser(installed);
    workbench = new Workbench(await browser.newPage({ viewport: { width: 1400, height: 900 } }));
    await workbench.open(editor.urlOf(workspace));
    await workbench.openFile("threshold_alert.py");
    await workbench.seen('.codelens-decoration a:has-text("Create trigger")');
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench?.screenshot(`failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await editor?.stop();
    await server?.stop();
  });

  it("is added with its token, and shown in the status bar", async () => {
    await workbench.command("Millrace: Add Server…");
    await workbench.answer(server.url);
    await workbench.seen('.quick-input-widget:has-text("2 of 3")');
    await workbench.answer(token);
    await workbench.seen('.quick-input-widget:has-text("3 of 3")');
    await workbench.answer("mill");
    await workbench.choose("home");
    await workbench.seen('.statusbar-item:has-text("mill / home") .codicon-database');
  });

  it("runs tests of plugins, without an upload", async () => {
    await (await workbench.seen('.codelens-decoration a:has-text("Test")')).click();
    await workbench.seen(".codicon-testing-passed-icon");
    await workbench.command("Test Results: Focus on Test Results View");
    await workbench.seen('.test-output-peek-tree .monaco-list-row:has-text("process_writes")');
    await workbench.screenshot("test-on-server");
    await workbench.command("View: Hide Panel");
  });

  it("gets a plugin and a trigger from the form behind the lens", async () => {
    await (await workbench.seen('.codelens-decoration a:has-text("Create trigger")')).click();
    await workbench.choose("rows of this table");
    for (const [argument, value] of [
      ["table", "home"],
      ["field", "temp"],
      ["limit", "30"],
    ] as const) {
      await workbench.seen(`.quick-input-widget:has-text("argument ${argument}")`);
      await workbench.answer(value);
    }
    await workbench.seen('.quick-input-widget:has-text("its name")');
    await workbench.answer("hot");
    await workbench.choose("write the error to the log");
    await workbench.choose("the plugin as it is in the editor");
    await workbench.seen(".notification-list-item:has-text(\"Created the trigger 'hot'\")");
  });

  it("runs the trigger, whose rows the tree and the result show", async () => {
    await write("home,room=Kitchen temp=35.5");
    await waitFor("the alert", async () =>
      (await query("SELECT * FROM alerts")).length > 0 ? true : undefined,
    );
    await workbench.command("Millrace: Focus on Servers View");
    await (await workbench.seen(`${ROW}:has-text("mill")`)).click();
    await (await workbench.seen(`${ROW}:has-text("home")`)).click();
    await workbench.seen(`${ROW}:has-text("hot")`);
    const table = await workbench.seen(`${ROW}:has-text("alerts")`);
    await table.hover();
    await (
      await workbench.seen(`${ROW}:has-text("alerts") .action-label[aria-label*="Query Table"]`)
    ).click();
    const shown = await waitFor("the result", async () => {
      const texts = await Promise.all(
        workbench.page.frames().map((frame) =>
          frame
            .locator("table")
            .first()
            .textContent({ timeout: 500 })
            .catch(() => null),
        ),
      );
      return texts.find((text) => text?.includes("35.5")) ?? undefined;
    });
    assert.match(shown, /limit/);
    await workbench.screenshot("server");
  });

  async function write(lines: string): Promise<void> {
    const answer = await fetch(`${server.url}/api/v3/write_lp?db=home`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: lines,
    });
    assert.equal(answer.status, 204);
  }

  async function query(sql: string): Promise<unknown[]> {
    const url = `${server.url}/api/v3/query_sql?db=home&format=json&q=${encodeURIComponent(sql)}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return answer.ok ? ((await answer.json()) as unknown[]) : [];
  }
});
