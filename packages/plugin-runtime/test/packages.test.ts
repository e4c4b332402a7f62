import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileSpace, type RunOutcome, type RunRequest } from "@millrace/plugin-runtime";
import { messages, type Plugins, startPlugins } from "./support.ts";

type Files = Readonly<Record<string, string>>;

const MAIN = `from .util import double
from alarms import rules

def process_writes(influxdb3_local, table_batches, args):
    import alarms.late
    influxdb3_local.info(double(4), rules.LIMIT, alarms.late.NAME)
`;
const FILES: Files = {
  "__init__.py": MAIN,
  "util.py": "def double(x):\n    return 2 * x\n",
  "rules.py": "LIMIT = 5\n",
  "late.py": "NAME = __name__\n",
  "data/words.txt": "some words",
};

describe("a plugin of several files", () => {
  let base: string;
  let plugins: Plugins;
  let stamp = 0;

  before(async () => {
    base = mkdtempSync(path.join(tmpdir(), "millrace-packages-"));
    const files = new FileSpace({
      mounts: [
        { path: "/plugins", lower: path.join(base, "plugins"), upperOf: () => path.join(base, "own") },
      ],
      quotaBytes: 1_000_000,
      quotaFiles: 100,
      nowMs: () => 0,
    });
    plugins = await startPlugins({}, { files });
  });
  after(async () => {
    await plugins.interpreter.dispose();
    rmSync(base, { recursive: true });
  });
  beforeEach(() => {
    rmSync(path.join(base, "plugins", "alarms"), { recursive: true, force: true });
    save("alarms", FILES);
  });

  const save = (directory: string, files: Files) => {
    stamp++;
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(base, "plugins", directory, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  const run = (changes: Partial<RunRequest> = {}, directory = "alarms"): Promise<RunOutcome> =>
    plugins.run("not used", {
      plugin: {
        fileName: directory,
        source: "not used",
        package: { directory: `/plugins/${directory}`, stamp: String(stamp) },
      },
      ...changes,
    });
  const problem = async (files: Files): Promise<string | undefined> => {
    save("alarms", files);
    return (await run()).error?.text;
  };

  it("imports its own modules, relative and absolute, at once and late", async () => {
    assert.deepEqual(messages(await run()), ["8 5 alarms.late"]);
  });

  it("is imported once: its state is shared until a file changes", async () => {
    const counting = `count = 0
def process_writes(api, batches, args):
    global count
    count += 1
    api.info(count)
def process_schedule(api, time, args): pass
`;
    save("alarms", { "__init__.py": counting });
    assert.deepEqual(messages(await run()), ["1"]);
    assert.deepEqual(messages(await run({ trigger: "another", cacheNamespace: "another" })), ["2"]);
    save("alarms", { "__init__.py": counting.replace("count = 0", "from .rules import LIMIT as count") });
    assert.deepEqual(messages(await run()), ["6"]);
    save("alarms", { "rules.py": "LIMIT = 70\n" });
    assert.deepEqual(messages(await run()), ["71"]);
  });

  it("does not meet another package of the same base name", async () => {
    save("team/alarms", { "__init__.py": "def process_writes(api, b, a):\n    api.info('of the team')\n" });
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(messages(await run({}, "team/alarms")), ["of the team"]);
      assert.deepEqual(messages(await run()), ["8 5 alarms.late"]);
    }
  });

  it("knows where it lies and reads what lies beside it", async () => {
    save("alarms", {
      "__init__.py": `import importlib.resources, pkgutil, pathlib
def process_writes(api, b, a):
    api.info(__name__, __file__)
    api.info(pkgutil.get_data("alarms", "data/words.txt"))
    api.info(importlib.resources.files(__package__).joinpath("data/words.txt").read_text())
    api.info(pathlib.Path(__file__).with_name("rules.py").read_text().strip())
    api.info(LineBuilder("m").int64_field("f", 1).build())
`,
    });
    assert.deepEqual(messages(await run()), [
      "alarms /plugins/alarms/__init__.py",
      "b'some words'",
      "some words",
      "LIMIT = 5",
      "m f=1i",
    ]);
  });

  it("leaves nothing behind on Python's path, and no compiled files", async () => {
    await run();
    assert.deepEqual(
      messages(await plugins.body("import sys\ninfluxdb3_local.info('/plugins' in sys.path)")),
      ["False"],
    );
    const list = "import os\ninfluxdb3_local.info(sorted(os.listdir('/plugins/alarms')))";
    assert.ok(!messages(await plugins.body(list))[0]!.includes("__pycache__"));
  });

  it("tells file, line and source wherever something happens", async () => {
    save("alarms", {
      "__init__.py": "from .util import work\n\ndef process_writes(api, b, a):\n    work(api)\n",
      "util.py":
        'def work(api):\n    open("/plugins/note", "w").close()\n    api.info("hi")\n    print("out")\n    api.write(LineBuilder("m").int64_field("f", 1))\n    raise ValueError("bad")\n',
    });
    const { error, events } = await run();
    assert.deepEqual(
      events.map(({ kind, file, line }) => [kind, file, line]),
      [
        ["file", "alarms/util.py", 2],
        ["log", "alarms/util.py", 3],
        ["print", "alarms/util.py", 4],
        ["write", "alarms/util.py", 5],
        ["error", "alarms/util.py", 6],
      ],
    );
    assert.equal(error?.text, "ValueError: bad");
    assert.deepEqual(error?.traceback, [
      { file: "alarms/__init__.py", line: 4, function: "process_writes", source: "work(api)" },
      { file: "alarms/util.py", line: 6, function: "work", source: 'raise ValueError("bad")' },
    ]);
    save("alarms", { "util.py": 'def work(api):\n    raise ValueError("moved")\n' });
    assert.equal((await run()).error?.traceback.at(-1)?.source, 'raise ValueError("moved")');
  });

  describe("that cannot be used says why", () => {
    const HINT = "\nHint: Check for syntax errors or missing dependencies in Python files.";

    it("with a syntax error in one of its files", async () => {
      save("alarms", { "util.py": "def double(x):\n    return (\n" });
      const { error } = await run();
      assert.equal(
        error?.text,
        `Failed to import plugin module 'alarms': SyntaxError: '(' was never closed (util.py, line 2)${HINT}`,
      );
      assert.equal(error?.phase, "load");
      assert.deepEqual(error?.traceback, [
        {
          file: "alarms/__init__.py",
          line: 1,
          function: "<module>",
          source: "from .util import double",
        },
        { file: "alarms/util.py", line: 2, function: "<module>", source: "return (" },
      ]);
      save("alarms", FILES);
      assert.ok((await run()).ok);
    });

    it("when something that it needs is missing, having run its code once", async () => {
      const source = "print('top')\nimport pandas\n";
      save("alarms", { "__init__.py": source });
      const { error, events } = await run();
      const text = "ModuleNotFoundError: No module named 'pandas'";
      assert.equal(error?.text, `Failed to import plugin module 'alarms': ${text}${HINT}`);
      assert.equal(events.filter((event) => event.kind === "print").length, 1);
    });

    it("when the function is missing, or cannot be had", async () => {
      const missing = await problem({ "__init__.py": "x = 1\n" });
      assert.match(missing ?? "", /^the process_writes function is not present in the plugin\. Should be/);
      assert.equal(
        await problem({ "__init__.py": "def __getattr__(name):\n    raise RuntimeError('lazy')\n" }),
        "Failed to load function 'process_writes' from plugin module 'alarms': RuntimeError: lazy",
      );
    });

    it("when its directory is gone", async () => {
      const { error } = await run({}, "nowhere");
      const text = "ModuleNotFoundError: No module named 'nowhere'";
      assert.equal(error?.text, `Failed to import plugin module 'nowhere': ${text}${HINT}`);
    });

    it("when it has the name of a module of Python, which stays whole", async () => {
      save("json", { "__init__.py": "def process_writes(api, b, a): pass\n" });
      for (let round = 0; round < 2; round++) {
        const { error } = await run({}, "json");
        assert.match(error?.text ?? "", /^Failed to import plugin module 'json': .*rename the directory/);
      }
      assert.deepEqual(messages(await run()), ["8 5 alarms.late"]);
    });
  });

  it("is found when its directory is newer than what Python knows of its parent", async () => {
    save("fresh", { "__init__.py": "def process_writes(api, b, a): api.info('new')\n" });
    assert.deepEqual(messages(await run({}, "fresh")), ["new"]);
  });

  it("runs from texts that were not saved", async () => {
    const files = new Map([
      [
        "/plugins/alarms/__init__.py",
        "from .unsaved import word\ndef process_writes(api, b, a): api.info(word)\n",
      ],
      ["/plugins/alarms/unsaved.py", "word = 'unsaved'\n"],
    ]);
    stamp++;
    assert.deepEqual(messages(await run({ files, test: true })), ["unsaved"]);
    stamp++;
    assert.deepEqual(messages(await run()), ["8 5 alarms.late"]);
  });

  it("is stopped in the middle of its import, and imported again", async () => {
    save("alarms", { "__init__.py": "from . import util\nwhile True: pass\n" });
    const limits = { timeoutMs: 200, graceMs: 1000 };
    assert.equal((await run({ limits })).error?.kind, "timeout");
    save("alarms", FILES);
    assert.deepEqual(messages(await run()), ["8 5 alarms.late"]);
  });
});
