import assert from "node:assert/strict";
import { COMMANDS } from "@millrace/language-server/protocol";
import { type RunningServer, startServer } from "./support/server.ts";
import { TestClient } from "./support/test-runs.ts";

const PLUGIN = `
def process_writes(influxdb3_local, table_batches, args=None):
    influxdb3_local.info("x")

def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
    return "ok"
`;

const CASES = `# cases
cases:
  - name: counts
    trigger: writes
    input: "cpu usage=1 1"
  - name: "answers #1"
    trigger: request
`;

describe("listing tests", () => {
  let server: RunningServer;
  let tests: TestClient;

  before(async () => {
    server = await startServer();
    tests = new TestClient(server);
  });

  after(() => server.stop());

  it("finds entry points and cases of a document", async () => {
    const uri = tests.write("counter.py", PLUGIN);
    const cases = tests.write("counter.test.yaml", CASES);
    const { tests: found, problems, isIncomplete } = await tests.list(uri);
    assert.deepEqual([problems, isIncomplete], [[], false]);
    assert.deepEqual(
      found.map(({ kind, label, trigger, uri: at, range }) => [kind, label, trigger, at, range.start]),
      [
        ["entryPoint", "process_writes", "writes", uri, { line: 1, character: 4 }],
        ["entryPoint", "process_request", "request", uri, { line: 4, character: 4 }],
        ["case", "counts", "writes", cases, { line: 2, character: 10 }],
        ["case", "answers #1", "request", cases, { line: 5, character: 10 }],
      ],
    );
    assert.deepEqual(found[2]!.plugin, { name: "counter.py", uri, isPackage: false });
    assert.equal(new Set(found.map(({ id }) => id)).size, 4);
    assert.equal((await tests.list(cases)).tests.length, 2);
  });

  it("sees what was not saved", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          pass
    `);
    assert.deepEqual(
      (await tests.list(file.uri)).tests.map(({ label }) => label),
      ["process_scheduled_call"],
    );
  });

  it("names the line of a file that cannot be read as cases", async () => {
    const uri = tests.write("broken.test.yaml", "cases:\n  - name: a\n    trigger: never\n");
    const { tests: found, problems } = await tests.list(uri);
    assert.deepEqual(found, []);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]!.range.start.line, 2);
    assert.match(problems[0]!.message, /trigger/);
  });

  it("knows which functions of a plugin of several files triggers call", async () => {
    const init = tests.write("many/__init__.py", "from .writes import process_writes\n");
    const writes = tests.write(
      "many/writes.py",
      "def process_writes(influxdb3_local, table_batches, args=None):\n    pass\n" +
        "def process_request(influxdb3_local, a, b, c, args=None):\n    pass\n",
    );
    assert.deepEqual((await tests.list(init)).tests, []);
    const { tests: found } = await tests.list(writes);
    assert.deepEqual(
      found.map(({ label, plugin }) => [label, plugin]),
      [["process_writes", { name: "many", uri: init, isPackage: true }]],
    );
  });

  it("finds all of a workspace, but not what lies in environments", async () => {
    tests.write("deep/er/one.py", PLUGIN);
    tests.write("env/pyvenv.cfg", "");
    tests.write("env/lib/two.py", PLUGIN);
    tests.write("node_modules/three.py", PLUGIN);
    tests.write("no_plugin.py", "def process(): pass\n");
    const { tests: found, problems } = await tests.list();
    const places = [...new Set(found.map(({ uri }) => uri.slice(uri.lastIndexOf("/") + 1)))].sort();
    assert.deepEqual(places, ["counter.py", "counter.test.yaml", "one.py", "writes.py"]);
    assert.equal(problems.length, 1);
  });

  it("is a command too", async () => {
    const uri = tests.write("commanded.py", PLUGIN);
    const answer = await server.connection.sendRequest<{ tests: unknown[] }>("workspace/executeCommand", {
      command: "millrace.listTests",
      arguments: [{ uri }],
    });
    assert.equal(answer.tests.length, 2);
    const known = server.capabilities.executeCommandProvider!.commands;
    assert.deepEqual([...known].sort(), Object.values(COMMANDS).sort());
  });
});
