import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const DISABLED = "Package installation has been disabled. Contact your administrator for more information.";
const PACKAGES = "POST /api/v3/configure/plugin_environment/install_packages";
const REQUIREMENTS = "POST /api/v3/configure/plugin_environment/install_requirements";

describe("installing packages", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "cli-install-"));
  });
  after(() => rmSync(directory, { recursive: true }));
  const install = (line: string, tty: ("stdout" | "stderr")[] = []) =>
    runCli([...words(`install package ${line}`), "--host", server.url], { cwd: directory, tty });
  const file = (name: string, text: string) => writeFileSync(path.join(directory, name), text);

  it("sends what was named and prints nothing", async () => {
    const result = await install("pandas 'numpy>=2'");
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, "", ""]);
    assert.deepEqual(server.lines, [`${PACKAGES} {"packages":["pandas","numpy>=2"]}`]);
  });
  it("takes options of serve that tutorials give, without effect", async () => {
    assert.equal((await install("a --plugin-dir /x --package-manager pip --plugin-repo http://x")).code, 0);
    assert.deepEqual(server.lines, [`${PACKAGES} {"packages":["a"]}`]);
  });
  it("reads a local requirements file and those that it includes", async () => {
    file("more.txt", "b ; python_version > '3'\n-r requirements.txt\n");
    file(
      "requirements.txt",
      "\uFEFF# comment\na>=1,\\\n  <2 # why\n\n-r more.txt\r\nc[x] @ https://host/c.whl#sha256=0\n",
    );
    const result = await install("-r requirements.txt ignored");
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(JSON.parse(server.requests[0]!.body.toString()).packages, [
      "a>=1,   <2",
      "b ; python_version > '3'",
      "c[x] @ https://host/c.whl#sha256=0",
    ]);
  });
  it("names a file that is not here to the server", async () => {
    assert.equal((await install("-r on-server.txt")).code, 0);
    assert.deepEqual(server.lines, [`${REQUIREMENTS} {"requirements_location":"on-server.txt"}`]);
  });
  it("sends no file that says more than what is wanted", async () => {
    for (const [text, option] of [
      ["--index-url https://index.example/simple\na\n", "--index-url"],
      ["a==1 --hash=sha256:00\n", "--hash"],
      ["-c limits.txt\n", "-c"],
    ] as const) {
      file("special.txt", text);
      const { code, stderr } = await install("-r special.txt");
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`^Install command failed: .*special\\.txt: the option ${option} cannot be sent`),
      );
      assert.match(stderr, /\n {2}hint: put the file where the server can read it/);
    }
    file("empty.txt", "# nothing\n");
    assert.match(
      (await install("-r empty.txt")).stderr,
      /^Install command failed: empty\.txt names no package\n$/,
    );
    file("broken.txt", "-r nowhere.txt\n");
    assert.match((await install("-r broken.txt")).stderr, /io error: No such file .*nowhere\.txt\n$/);
    assert.equal(server.requests.length, 0);
  });
  it("says on a terminal what is going on", async () => {
    const result = await install("a b", ["stderr"]);
    assert.deepEqual([result.stdout, result.stderr], ["", "Installing a, b ...\nInstalled in 0.0 s\n"]);
  });
  it("fails with the server's words", async () => {
    server.respond = () => ({ status: 403, body: DISABLED });
    const result = await install("a");
    assert.deepEqual(
      [result.code, result.stderr],
      [1, `Install command failed: server responded with error [403 Forbidden]: ${DISABLED}\n`],
    );
  });
  it("wants to know what to install", async () => {
    const result = await install("");
    assert.equal(result.code, 2);
    assert.match(
      result.stderr,
      /^error: the following required arguments were not provided:\n {2}<PACKAGES>\.\.\.\n/,
    );
  });
});
