import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { installInThread, PackageError } from "@millrace/python-packages";
import { systemClock } from "#src/foundation/index.js";
import { IndexServer } from "./support/index-server.ts";
import { temporaryDirectory } from "./support/temporary.ts";

describe("an installation in a thread", () => {
  const temporary = temporaryDirectory();
  const server = new IndexServer();
  beforeEach(() => server.start());
  afterEach(() => server.stop());

  const venv = (): string => path.join(temporary.path, "venv");
  const install = (requests: string[], timeoutMs = 30_000) =>
    installInThread(
      {
        directory: venv(),
        packageIndex: server.url,
        variables: { PIP_CONFIG_FILE: "/dev/null" },
        what: { requests, baseDirectory: undefined },
      },
      { clock: systemClock, report: (message) => void reports.push(message), timeoutMs },
    );
  const reports: string[] = [];

  it("tells its steps and its result", async () => {
    server.publish({ name: "a", version: "1.0" });
    const { installed } = await install(["a"]);
    assert.deepEqual(installed, [{ name: "a", version: "1.0" }]);
    assert.deepEqual(reports, ["fetching a-1.0-py3-none-any.whl"]);
  });

  it("fails with the reason", async () => {
    await assert.rejects(
      install(["a b"]),
      (error) =>
        error instanceof PackageError &&
        error.kind === "requirement" &&
        /is no requirement/.test(error.message),
    );
  });

  it("waits for another one of the same process", async () => {
    server.publish({ name: "b", version: "1.0" }, { name: "c", version: "1.0" });
    await Promise.all([install(["b"]), install(["c"])]);
    assert.deepEqual((await install(["b", "c"])).changed, false);
  });

  it("is given up when it takes too long, and leaves nothing in the way of the next one", async () => {
    let asked: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    server.intercept = () => {
      asked();
      return true;
    };
    const stuck = assert.rejects(install(["slow"], 2_000), /took longer than 2 s and was given up/);
    await waiting;
    assert.ok((await readdir(venv())).includes("install.lock"));
    await stuck;
    assert.deepEqual(await readdir(venv()), []);
  });
});
