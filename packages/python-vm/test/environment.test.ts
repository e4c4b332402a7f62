import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type EnvironmentProblem, type PythonEnvironment, PythonRuntime } from "@millrace/python-vm";
import { MemoryHostFiles } from "./memory-host-files.ts";
import {
  type Python,
  runtimeOptions,
  serveFiles,
  snapshotDirectoryOfTests,
  startPython,
  temporaryDirectory,
} from "./support.ts";

/** Tries while it is imported what an installed package should not be able to do either. */
const HOSTILE = `
import os, socket, sys
reached = []
def attempt(name, work):
    try:
        if work() not in (None, -1, 127, 32512):
            reached.append(name)
    except BaseException:
        pass
here = os.path.dirname(__file__)
attempt("js", lambda: __import__("js").process)
attempt("run_js", lambda: __import__("pyodide.code").code.run_js("process.pid"))
attempt("jsproxies", lambda: [p.process for p in __import__("_pyodide._importhook")._importhook.jsfinder.jsproxies.values()] or None)
attempt("kept", lambda: [str(p.constructor) for p in sys.modules["_millrace_vm"]._kept_for_snapshot] or None)
attempt("system", lambda: os.system("touch " + here + "/touched") == 0 or None)
attempt("write", lambda: open(here + "/written.py", "w"))
attempt("remove", lambda: os.remove(here + "/__init__.py") or "removed")
attempt("outside", lambda: open(here + "/../../../../../outside.txt").read())
attempt("link", lambda: open(here + "/link").read())
attempt("socket", lambda: socket.create_connection(("127.0.0.1", 1), 1))
`;

const PACKAGES = {
  "hostile/__init__.py": HOSTILE,
  "big/__init__.py":
    "import importlib.metadata\nfrom . import used\nversion = importlib.metadata.version('big')\n",
  "big/used.py": "import time\nstamp = time.monotonic()\nfrom time import sleep\n",
  "big/lazy.py": "value = 'imported late'\n",
  "big/data/words.txt": "some words\n",
  "big-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: big\nVersion: 1.2\n",
  "single.py": "import big\nvalue = big.version\n",
  // More than the memory that Python starts with.
  "large.py": "block = bytes(24 * 2 ** 20)\n",
  "broken/__init__.py": "from . import half\nraise ValueError('not today')\n",
  "broken/half.py": "",
  "endless.py": "while True: pass\n",
  "stubborn.py": "sum(range(10 ** 13))\n",
  "thief.py": "import js\n",
  "opener.py": "open('/etc/hostname')\n",
  "linked.py": "",
  "not-a-module.py": "raise SystemExit\n",
  "namespace/part.py": "raise SystemExit\n",
  "bin/__pycache__/x.py": "raise SystemExit\n",
  "hook.pth": "import os; os.abort()\n",
  "sitecustomize/__init__.py": "value = 1\n",
};

describe("environment of packages", function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const root = path.join(directory.path, "venv");
  const sitePackages = path.join(root, "lib", "python3.14", "site-packages");
  const snapshotDirectory = path.join(directory.path, "snapshots");
  const environment: PythonEnvironment = { sitePackages, fingerprint: "one" };
  const files = new MemoryHostFiles(sitePackages);
  const problems: EnvironmentProblem[] = [];
  let runtime: PythonRuntime;
  let python: Python;
  const create = (changes: Partial<PythonEnvironment> = {}) =>
    PythonRuntime.create({
      ...runtimeOptions,
      snapshotDirectory,
      shippedSnapshots: snapshotDirectoryOfTests,
      environment: { ...environment, ...changes },
      onEnvironmentProblem: (problem) => problems.push(problem),
      importTimeoutMs: 3000,
    });

  before(async () => {
    for (const [name, text] of Object.entries(PACKAGES)) {
      const file = path.join(sitePackages, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      files.put(file, text);
    }
    writeFileSync(path.join(root, "outside.txt"), "secret");
    for (const name of ["big", "hostile"])
      symlinkSync(path.join(root, "outside.txt"), path.join(sitePackages, name, "link"));
    runtime = await create();
    python = await startPython({ ...serveFiles(files) }, undefined, runtime);
  });
  after(async () => {
    await python.close();
    directory.remove();
  });

  it("is imported before programs run: they pay nothing for it", async () => {
    files.calls.length = 0;
    const answer = await python.evaluate(`
import sys, time
loaded = "big.used" in sys.modules
start = time.perf_counter()
import big, single
took = time.perf_counter() - start
result = f"{loaded} {big.version} {single.value} {took < 0.01} {big.__file__}"`);
    assert.equal(answer, `True 1.2 1.2 True ${sitePackages}/big/__init__.py`);
    assert.deepEqual(files.calls, []);
  });

  it("may take more memory than Python has at its start", async () => {
    const answer = await python.evaluate(
      "import sys; result = ('large' in sys.modules, len(sys.modules['large'].block))",
    );
    assert.equal(answer, "(True, 25165824)");
  });

  it("gives the rest when it is asked for: modules, data, metadata", async () => {
    const answer = await python.evaluate(`
import importlib.metadata, importlib.resources
import big.lazy, namespace
words = importlib.resources.files("big").joinpath("data/words.txt").read_text()
result = f"{big.lazy.value} {words.strip()} {importlib.metadata.version('big')}"`);
    assert.equal(answer, "imported late some words 1.2");
  });

  it("says what was left out, and lets programs see why themselves", async () => {
    const reasons = Object.fromEntries(problems.map(({ module, reason }) => [module, reason]));
    assert.deepEqual(Object.keys(reasons).sort(), ["broken", "endless", "opener", "stubborn", "thief"]);
    assert.match(reasons["broken"]!, /ValueError: not today/);
    assert.match(reasons["endless"]!, /took too long/);
    assert.match(reasons["stubborn"]!, /does not end/);
    assert.match(reasons["thief"]!, /js/);
    assert.match(reasons["opener"]!, /FileNotFoundError/);
    assert.equal(await python.evaluate("import sys; result = 'broken.half' in sys.modules"), "False");
    assert.equal(await python.evaluate("import broken"), "!ValueError: not today");
  });

  it("is as little trusted as a program while it is imported", async () => {
    assert.equal(await python.evaluate("import hostile; result = hostile.reached"), "[]");
    assert.deepEqual(readdirSync(path.join(sitePackages, "hostile")).sort(), ["__init__.py", "link"]);
  });

  it("has the right paths, no site hooks, and leaves no compiled files", async () => {
    assert.equal(
      await python.evaluate(
        "import sys; result = (sys.prefix, sys.exec_prefix, sys.path[-1], sys.path.count(sys.path[-1]))",
      ),
      `('${root}', '${root}', '${sitePackages}', 1)`,
    );
    assert.deepEqual(
      files.calls.filter((call) => call.includes("__pycache__") && !/^(stat|list|read)/.test(call)),
      [],
    );
  });

  it("sleeps with the host's clock even where `sleep` was taken at import", async () => {
    const end = await python.run("import big.used; big.used.sleep(60)", { softTimeoutMs: 50 });
    assert.ok(end.kind === "done" && end.response.startsWith("!KeyboardInterrupt"));
  });

  it("comes from its snapshot the next time", async () => {
    assert.equal(readdirSync(snapshotDirectory).length, 1);
    problems.length = 0;
    const again = await startPython({ ...serveFiles(files) }, undefined, await create());
    assert.equal(await again.evaluate("import sys; result = 'big' in sys.modules"), "True");
    await again.close();
    assert.deepEqual(problems, []);
  });

  it("is imported from its files when there can be no snapshot with it", async () => {
    problems.length = 0;
    const plain = await create({ sitePackages: path.join(directory.path, "gone", "site-packages") });
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.reason, /ENOENT/);
    const late = path.join(directory.path, "gone", "site-packages");
    const lateFiles = new MemoryHostFiles(late);
    lateFiles.put(`${late}/late.py`, "value = 7\n");
    const other = await startPython({ ...serveFiles(lateFiles) }, undefined, plain);
    assert.equal(await other.evaluate("import late; result = late.value"), "7");
    await other.close();
  });
});
