import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repository } from "../support/cli.ts";
import { temporaryDirectory } from "../support/directories.ts";
import { waitFor } from "../support/wait.ts";
import { install } from "./install.ts";
import { type Browser, openBrowser } from "./support/browser.ts";
import { type EditorServer, startEditor } from "./support/editor.ts";
import { Workbench } from "./support/workbench.ts";

const VSIX = path.join(repository, "packages", "vscode-extension", "bundle", "millrace.vsix");

const FAILING_CASE = `plugin: threshold_alert.py
cases:
  - name: expects another text
    trigger: writes
    args: { table: home, field: temp, limit: "30" }
    input: |
      home,room=Kitchen temp=31.5 1767225600000000000
    expect:
      logs: [ "WARN it is cold" ]
`;

describe("a plugin in VS Code", function () {
  this.timeout(300_000);
  let editor: EditorServer;
  let browser: Browser;
  let workbench: Workbench;

  before(async () => {
    const workspace = temporaryDirectory("workspace");
    cpSync(path.join(repository, "templates", "wal"), workspace, { recursive: true });
    writeFileSync(path.join(workspace, "too_hot.test.yaml"), FAILING_CASE);
    const installed = install();
    editor = await startEditor({ installed, vsix: VSIX });
    browser = await openBrowser(installed);
    workbench = new Workbench(await browser.newPage({ viewport: { width: 1400, height: 900 } }));
    await workbench.open(editor.urlOf(workspace));
    await workbench.openFile("threshold_alert.py");
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench?.screenshot(`failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await editor?.stop();
  });

  it("has lenses above its function", async () => {
    await workbench.seen('.codelens-decoration a:has-text("Test")');
    await workbench.seen('.codelens-decoration a:has-text("Create trigger")');
  });

  it("explains the plugin API where the mouse rests", async () => {
    const name = workbench.page.locator('.view-line span:text-is("influxdb3_local")').first();
    await name.hover();
    await workbench.seen('.monaco-hover:not(.hidden) .hover-contents:has-text("InfluxDB3Local")');
  });

  it("runs its tests when the lens is clicked, without a server", async () => {
    await (await workbench.seen('.codelens-decoration a:has-text("Test")')).click();
    await workbench.seen(".codicon-testing-passed-icon");
    await workbench.screenshot("test-lens");
  });

  it("has the functions and cases in the Test Explorer", async () => {
    await workbench.command("Testing: Focus on Test Explorer View");
    const rows = workbench.page.locator(".test-explorer .monaco-list-row");
    await waitFor("tests in the explorer", async () => ((await rows.count()) > 0 ? true : undefined));
    assert.match((await rows.allInnerTexts()).join(" "), /threshold_alert\.py/);
  });

  it("compares what a case expects with what came", async () => {
    const result = ".test-output-peek-tree .monaco-list-row";
    await workbench.command("Test: Run All Tests");
    await workbench.seen(
      `${result}:has-text("fails when the limit is no number") .codicon-testing-passed-icon`,
    );
    const failed = await workbench.seen(`${result}:has-text("logs: not as expected")`);
    await failed.click();
    await workbench.seen('.monaco-diff-editor .view-line:has-text("it is cold")');
    await workbench.screenshot("failing-case");
  });
});
