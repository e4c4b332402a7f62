import assert from "node:assert/strict";
import path from "node:path";
import { checksToShow, launch, serverSettings } from "#src/language-server/index.js";
import { Redactor } from "#src/output/index.js";

describe("what goes into logs", () => {
  it("is without secrets, also as they stand in messages", () => {
    const redactor = new Redactor();
    redactor.add('apiv3_"quoted"');
    assert.equal(redactor.clean('token: apiv3_"quoted".'), "token: •••.");
    assert.equal(redactor.clean(JSON.stringify({ token: 'apiv3_"quoted"' })), '{"token":"•••"}');
  });

  it("is left alone by texts that are too short to be secrets", () => {
    const redactor = new Redactor();
    redactor.add("a");
    redactor.add("");
    assert.equal(redactor.clean("banana"), "banana");
  });
});

describe("the language server's process", () => {
  it("is the editor's own Node, without options that were meant for others", () => {
    const started = launch({
      extensionDirectory: "/ext",
      program: "/usr/share/code/code",
      env: { PATH: "/bin", NODE_OPTIONS: "--inspect" },
    });
    assert.equal(started.command, "/usr/share/code/code");
    assert.deepEqual(started.args, [path.join("/ext", "server", "start.mjs"), "--stdio"]);
    assert.deepEqual(started.env, { PATH: "/bin", ELECTRON_RUN_AS_NODE: "1" });
  });

  it("says nothing that another checker of Python says already, unless it is told to", () => {
    assert.equal(checksToShow("auto", true), "plugin");
    assert.equal(checksToShow("auto", false), "standard");
    assert.equal(checksToShow("all", true), "all");
  });

  it("shows no lens that nobody answers", () => {
    assert.deepEqual(serverSettings({ diagnostics: "auto", debugLens: true }, false), {
      diagnostics: "standard",
      debugLens: false,
    });
  });
});
