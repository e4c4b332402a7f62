import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type RunningServer, startServer } from "./support/server.ts";

describe("plugins of several files", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  /** Writes a plugin below the workspace; the names of its files may have folders in them. */
  function plugin(name: string, files: Record<string, string>): (file: string) => Promise<string> {
    const at = (file: string) => path.join(server.workspace, name, file);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text.replace(/[«»‸]/g, ""));
    }
    return async (file) => at(file);
  }

  const open = (name: string, file: string, fixture: string) =>
    server.editor.open(fixture, { name: path.join(name, file) });

  it("have types in modules that only get the API passed", async () => {
    const files = {
      "__init__.py":
        "from .writing import store\n\ndef process_writes(influxdb3_local, b, args=None):\n    store(influxdb3_local)\n",
      "writing.py": "def store(influxdb3_local):\n    influxdb3_local.«inof»('x')\n",
    };
    plugin("first", files);
    await (await open("first", "writing.py", files["writing.py"])).expect("unknown-member");
  });

  it("are known by an entry point that is imported into them", async () => {
    const files = {
      "__init__.py": "from .core import process_request\n",
      "core.py": "def process_request(a, b, c, d, e):\n    return 'x'\n",
      "limits.py": "MAX = «max_value»\n",
    };
    plugin("second", files);
    await (await open("second", "limits.py", files["limits.py"])).expect("undefined-name");
  });

  it("see the annotated text of modules that are not open", async () => {
    plugin("third", {
      "__init__.py": "def process_writes(influxdb3_local, b, args=None): pass\n",
      "deep/__init__.py": "",
      "deep/api.py": "def rows(influxdb3_local):\n    return influxdb3_local.query('SELECT 1')\n",
    });
    const file = await open(
      "third",
      "__init__.py",
      "from .deep.api import rows\nfrom third.deep import api\n\ndef process_writes(influxdb3_local, b, args=None):\n    rows(influxdb3_local).«appendd»(1)\n    api.«rowz»\n    ro‸ws\n",
    );
    await file.expect("unknown-member", "unknown-member");
    const [definition] = await file.definition();
    assert.deepEqual(definition!.range.start, { line: 0, character: 4 });
  });

  it("follow what is typed in another module", async () => {
    const files = {
      "__init__.py":
        "from .helpers import one\n\ndef process_writes(influxdb3_local, b, args=None):\n    one()\n",
      "helpers.py": "def one(): pass\n",
    };
    plugin("fourth", files);
    const init = await open("fourth", "__init__.py", files["__init__.py"]);
    assert.deepEqual(await init.diagnostics(), []);
    const helpers = await open("fourth", "helpers.py", files["helpers.py"]);
    await helpers.change("def one(needed): pass\n");
    assert.deepEqual(
      (await init.diagnostics()).map((it) => it.message),
      ['one: argument missing for parameter "needed".'],
    );
    // What was typed and not saved is gone with the editor's tab.
    await helpers.close();
    assert.deepEqual(await init.diagnostics(), []);
  });

  it("take part in what changes on disk", async () => {
    const files = {
      "__init__.py":
        "from .late import run\n\ndef process_writes(influxdb3_local, b, args=None):\n    run()\n",
    };
    plugin("fifth", files);
    const init = await open("fifth", "__init__.py", files["__init__.py"]);
    assert.deepEqual(
      (await init.diagnostics()).map((it) => it.code),
      ["unresolved-import"],
    );
    const late = path.join(server.workspace, "fifth", "late.py");
    writeFileSync(late, "def run(): pass\n");
    const changed = async (type: number) =>
      server.connection.sendNotification("workspace/didChangeWatchedFiles", {
        changes: [{ uri: pathToFileURL(late).href, type }],
      });
    await changed(1);
    assert.deepEqual(await init.diagnostics(), []);
    assert.ok(readFileSync(late, "utf8").length > 0);
    rmSync(late);
  });

  it("are told from packages that are no plugins", async () => {
    plugin("library", { "__init__.py": "", "code.py": "x = undefined_here\n" });
    const file = await open("library", "code.py", "x = undefined_here\n");
    assert.deepEqual(await file.diagnostics(), []);
  });
});
