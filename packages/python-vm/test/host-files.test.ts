import assert from "node:assert/strict";
import { MemoryHostFiles } from "./memory-host-files.ts";
import { type Python, serveFiles, startPython } from "./support.ts";

const MOUNT = "/srv/plugins";
const INNER = "/srv/plugins/.venv";

describe("files of the host", () => {
  const files = new MemoryHostFiles(MOUNT);
  let python: Python;
  const evaluate = (source: string) => python.evaluate(source);
  const check = async (source: string, expected: unknown) =>
    assert.deepEqual(
      JSON.parse(await evaluate(`import json\n${source}\nresult = json.dumps(result)`)),
      expected,
    );

  before(async () => {
    const mounts = [{ path: INNER }, { path: MOUNT }];
    python = await startPython({ ...serveFiles(files), mounts, limits: { fileMaxBytes: 2 ** 20 } });
  });
  after(() => python.close());

  describe("reading", () => {
    it("reads text, bytes and lines", async () => {
      files.put(`${MOUNT}/a.txt`, "erste\nzweite – Zeile\n");
      await check(`result = open("${MOUNT}/a.txt").read()`, "erste\nzweite – Zeile\n");
      await check(`result = [line for line in open("${MOUNT}/a.txt")]`, ["erste\n", "zweite – Zeile\n"]);
      await check(`result = list(open("${MOUNT}/a.txt", "rb").read(3))`, [101, 114, 115]);
    });

    it("reads large files whole, in pieces, and from the middle", async () => {
      const large = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => index % 251));
      files.put(`${MOUNT}/large.bin`, large);
      await check(
        `
import hashlib
whole = open("${MOUNT}/large.bin", "rb").read()
with open("${MOUNT}/large.bin", "rb", buffering=0) as file:
    pieces = b"".join(iter(lambda: file.read(999), b""))
    file.seek(1_000_000)
    middle = file.read(5)
    file.seek(-3, 2)
    last = file.read()
result = [len(whole), whole == pieces, list(middle), list(last)]`,
        [2_500_000, true, [...large.subarray(1_000_000, 1_000_005)], [...large.subarray(-3)]],
      );
    });

    it("asks the host once for many small reads", async () => {
      files.put(`${MOUNT}/small.txt`, "x".repeat(5000));
      files.calls.length = 0;
      await evaluate(`
import os
number = os.open("${MOUNT}/small.txt", os.O_RDONLY)
while os.read(number, 10): pass
os.close(number)`);
      assert.ok(files.calls.filter((call) => call.startsWith("read")).length <= 2, files.calls.join());
    });

    it("asks the host no more often than it must", async () => {
      files.put(`${MOUNT}/once.txt`, "x");
      files.calls.length = 0;
      await evaluate(`import os\nos.stat("${MOUNT}/once.txt")`);
      assert.deepEqual(files.calls, [`stat ${MOUNT}/once.txt`]);
      await check(
        `
import os
with open("${MOUNT}/once.txt", "r+") as file:
    file.write("longer")
    file.flush()
    result = [os.fstat(file.fileno()).st_size, os.stat("${MOUNT}/once.txt").st_size]`,
        [6, 6],
      );
    });

    it("lists and walks directories, globs, and tells sizes and times", async () => {
      files.put(`${MOUNT}/tree/one/a.py`, "1");
      files.put(`${MOUNT}/tree/two/b.py`, "22");
      files.put(`${MOUNT}/tree/c.md`, "333");
      await check(
        `
import os, pathlib
tree = pathlib.Path("${MOUNT}/tree")
result = [
    sorted(os.listdir(tree)),
    sorted(str(path.relative_to(tree)) for path in tree.rglob("*.py")),
    sorted((root[len(str(tree)):], sorted(dirs), sorted(names)) for root, dirs, names in os.walk(tree)),
    [(tree / "c.md").stat().st_size, (tree / "c.md").is_file(), (tree / "one").is_dir(), (tree / "none").exists()],
    sorted(entry.name for entry in os.scandir(tree) if entry.is_dir()),
]`,
        [
          ["c.md", "one", "two"],
          ["one/a.py", "two/b.py"],
          [
            ["", ["one", "two"], ["c.md"]],
            ["/one", [], ["a.py"]],
            ["/two", [], ["b.py"]],
          ],
          [3, true, true, false],
          ["one", "two"],
        ],
      );
      const modified = await evaluate(`import os; result = os.path.getmtime("${MOUNT}/tree/c.md") * 1000`);
      assert.equal(Number(modified), files.stat(`${MOUNT}/tree/c.md`)!.modifiedMs);
    });

    it("sees at once what the host changed", async () => {
      files.put(`${MOUNT}/changing`, "one");
      await check(`kept = __builtins__["kept"] = open("${MOUNT}/changing")\nresult = kept.read(1)`, "o");
      files.put(`${MOUNT}/changing`, "two, and longer");
      await check(
        `import os\nresult = [open("${MOUNT}/changing").read(), os.stat("${MOUNT}/changing").st_size]`,
        ["two, and longer", 15],
      );
      files.remove(`${MOUNT}/changing`, "file");
      await check(`import os\nresult = os.path.exists("${MOUNT}/changing")`, false);
      files.put(`${MOUNT}/changing/`, "");
      await check(`import os\nresult = os.path.isdir("${MOUNT}/changing")`, true);
    });

    it("finds the same file again under every spelling of its path", async () => {
      files.put(`${MOUNT}/same/file`, "x");
      await check(
        `
import os
os.chdir("${MOUNT}/same")
result = [
    os.path.samefile("file", "${MOUNT}/./same/../same/file"),
    os.path.samefile("file", "${MOUNT}/same"),
    os.path.realpath("../same/file"),
    open("../../../srv/plugins/same/file").read(),
]
os.chdir("/tmp")`,
        [true, false, `${MOUNT}/same/file`, "x"],
      );
    });
  });

  describe("modules", () => {
    it("imports packages, with their data", async () => {
      files.put(`${MOUNT}/pack/__init__.py`, "from .inner import value\n");
      files.put(`${MOUNT}/pack/inner.py`, "value = 42\n");
      files.put(`${MOUNT}/pack/data.toml`, 'name = "m"\n');
      await check(
        `
import sys, importlib.resources, tomllib
sys.path.insert(0, "${MOUNT}")
try:
    import pack
    text = importlib.resources.files(pack).joinpath("data.toml").read_text()
    with open(pack.__path__[0] + "/data.toml", "rb") as file:
        result = [pack.value, pack.inner.__file__, text, tomllib.load(file)]
finally:
    sys.path.pop(0)`,
        [42, `${MOUNT}/pack/inner.py`, 'name = "m"\n', { name: "m" }],
      );
    });

    it("imports from zip archives, and maps files into memory", async () => {
      await check(
        `
import mmap, sys, zipfile
with zipfile.ZipFile("${MOUNT}/library.zip", "w") as archive:
    archive.writestr("zipped.py", "value = 'from the archive'")
sys.path.insert(0, "${MOUNT}/library.zip")
import zipped
sys.path.pop(0)
with open("${MOUNT}/library.zip", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
    result = [zipped.value, memory[:2].decode()]`,
        ["from the archive", "PK"],
      );
    });

    it("serves a mount inside another one through the outer one", async () => {
      files.put(`${INNER}/lib/thing.py`, "value = 1\n");
      await check(`result = open("${INNER}/lib/thing.py").read()`, "value = 1\n");
    });
  });

  describe("writing", () => {
    it("writes, appends, updates in place, and truncates", async () => {
      await check(
        `
path = "${MOUNT}/w.txt"
with open(path, "w") as file: file.write("Hello")
with open(path, "a") as file: file.write(", world")
with open(path, "r+") as file:
    file.seek(7)
    file.write("W")
first = open(path).read()
with open(path, "r+") as file: file.truncate(5)
second = open(path).read()
with open(path, "w+") as file:
    file.write("new")
    file.seek(0)
    third = file.read()
result = [first, second, third]`,
        ["Hello, World", "Hello", "new"],
      );
      assert.equal(files.text(`${MOUNT}/w.txt`), "new");
    });

    it("creates exclusively, and fills holes with zeros", async () => {
      await check(
        `
path = "${MOUNT}/x.bin"
open(path, "xb").close()
try:
    open(path, "x")
    again = "opened"
except FileExistsError: again = "exists"
with open(path, "wb") as file:
    file.seek(3)
    file.write(b"z")
result = [again, list(open(path, "rb").read())]`,
        ["exists", [0, 0, 0, 122]],
      );
    });

    it("writes files beyond the quota of memory files, which still holds for those", async () => {
      await check(
        `
data = bytes(range(256)) * 12_000
with open("${MOUNT}/big.bin", "wb") as file: file.write(data)
try: open("/tmp/big.bin", "wb").write(data)
except OSError as error: refused = error.strerror
result = [open("${MOUNT}/big.bin", "rb").read() == data, refused]`,
        [true, "No space left on device"],
      );
    });

    it("makes and removes directories, renames, copies and moves", async () => {
      await check(
        `
import os, shutil, pathlib
base = pathlib.Path("${MOUNT}/ops")
(base / "deep" / "er").mkdir(parents=True)
(base / "a").write_text("content")
os.rename(base / "a", base / "b")
os.replace(base / "b", base / "deep" / "er" / "b")
shutil.copy(base / "deep" / "er" / "b", base / "copy")
shutil.copy2(base / "copy", "/tmp/out")
shutil.move("/tmp/out", base / "moved")
os.rename(base / "deep", base / "renamed")
names = sorted(str(path.relative_to(base)) for path in base.rglob("*"))
contents = [(base / name).read_text() for name in ("copy", "moved", "renamed/er/b")]
shutil.rmtree(base / "renamed")
(base / "copy").unlink()
result = [names, contents, sorted(os.listdir(base))]`,
        [
          ["copy", "moved", "renamed", "renamed/er", "renamed/er/b"],
          ["content", "content", "content"],
          ["moved"],
        ],
      );
    });

    it("keeps csv, json and a database", async () => {
      await check(
        `
import csv, sqlite3
with open("${MOUNT}/t.csv", "w", newline="") as file: csv.writer(file).writerows([["a", 1], ["b", 2]])
with open("${MOUNT}/t.json", "w") as file: json.dump({"k": [1, 2]}, file)
for _ in range(2):
    with sqlite3.connect("${MOUNT}/t.db") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b TEXT)")
        connection.executemany("INSERT INTO t (b) VALUES (?)", [(str(i) * 50,) for i in range(500)])
    connection.close()
connection = sqlite3.connect("${MOUNT}/t.db")
count = connection.execute("SELECT count(*), max(a) FROM t").fetchone()
connection.close()
result = [list(csv.reader(open("${MOUNT}/t.csv"))), json.load(open("${MOUNT}/t.json")), count]`,
        [
          [
            ["a", "1"],
            ["b", "2"],
          ],
          { k: [1, 2] },
          [1000, 1000],
        ],
      );
      assert.ok(files.has(`${MOUNT}/t.db`) && !files.has(`${MOUNT}/t.db-journal`));
    });
  });

  describe("errors", () => {
    it("become the OSError of the same name", async () => {
      files.put(`${MOUNT}/locked/file`, "x");
      files.makeReadOnly(`${MOUNT}/locked`);
      await check(
        `
import errno, os
def fails(work):
    try:
        work()
    except OSError as error:
        return type(error).__name__ + " " + errno.errorcode[error.errno]
    return "done"
os.makedirs("${MOUNT}/full/inner", exist_ok=True)
result = [
    fails(lambda: open("${MOUNT}/nothing")),
    fails(lambda: open("${MOUNT}/nothing/deeper", "w")),
    fails(lambda: open("${MOUNT}/full")),
    fails(lambda: os.listdir("${MOUNT}/locked/file")),
    fails(lambda: os.rmdir("${MOUNT}/full")),
    fails(lambda: os.mkdir("${MOUNT}/full")),
    fails(lambda: open("${MOUNT}/locked/file", "a")),
    fails(lambda: open("${MOUNT}/locked/file", "w")),
    fails(lambda: open("${MOUNT}/locked/new", "w")),
    fails(lambda: os.remove("${MOUNT}/locked/file")),
    fails(lambda: os.symlink("/tmp", "${MOUNT}/link")),
    fails(lambda: os.rename("${MOUNT}/full", "/tmp/elsewhere")),
]`,
        [
          "FileNotFoundError ENOENT",
          "FileNotFoundError ENOENT",
          "IsADirectoryError EISDIR",
          "NotADirectoryError ENOTDIR",
          "OSError ENOTEMPTY",
          "FileExistsError EEXIST",
          "PermissionError EACCES",
          "PermissionError EACCES",
          "PermissionError EACCES",
          "PermissionError EACCES",
          "PermissionError EPERM",
          "OSError EXDEV",
        ],
      );
      assert.equal(files.text(`${MOUNT}/locked/file`), "x");
    });
  });
});

describe("a host that is slow with files", () => {
  for (const [what, source] of [
    ["open", `open("${MOUNT}/a").read()`],
    ["stat", `import os\nos.stat("${MOUNT}/a")`],
    ["a tolerant program", `import os\nwhile True: os.path.exists("${MOUNT}/a")`],
  ] as const) {
    it(`lets ${what} be interrupted, and the interpreter lives on`, async () => {
      const files = new MemoryHostFiles(MOUNT);
      files.put(`${MOUNT}/a`, "content");
      let answering = false;
      const python = await startPython({
        ...serveFiles(files, () => (answering ? Promise.resolve() : new Promise<void>(() => {}))),
        mounts: [{ path: MOUNT }],
      });
      const end = await python.run(source, { softTimeoutMs: 50, graceMs: 3000 });
      assert.ok(end.kind === "done", JSON.stringify(end));
      assert.match(end.response, /^!KeyboardInterrupt/);
      answering = true;
      assert.equal(await python.evaluate(`result = open("${MOUNT}/a").read()`), "content");
      await python.close();
    });
  }
});
