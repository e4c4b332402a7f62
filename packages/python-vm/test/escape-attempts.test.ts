import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { attacks, type Targets } from "./attacks/index.ts";
import { MemoryHostFiles } from "./memory-host-files.ts";
import { type Python, serveFiles, startPython, temporaryDirectory } from "./support.ts";

const SECRET = "the-secret-of-the-host";
/** A path of this machine that only the host should know. */
const here = path.dirname(new URL(import.meta.url).pathname);
const MOUNT = "/srv/plugins";
const noTargets: Targets = { secretFile: "", touchFile: "", mount: MOUNT, port: 0 };

describe("escape attempts", () => {
  const directory = temporaryDirectory();
  const secretFile = path.join(directory.path, "secret.py");
  const touchFile = path.join(directory.path, "touched");
  const requests: string[] = [];
  let server: Server;
  let python: Python;
  let targets: Targets = noTargets;
  let files: MemoryHostFiles;

  const start = () => {
    files = new MemoryHostFiles(MOUNT);
    files.put(`${MOUNT}/mine.txt`, "mine");
    files.put(`${MOUNT}/locked/file`, "keep me");
    files.makeReadOnly(`${MOUNT}/locked`);
    return startPython({ ...serveFiles(files), mounts: [{ path: MOUNT }], limits: { filesMaxCount: 3000 } });
  };

  before(async () => {
    writeFileSync(secretFile, `secret = "${SECRET}"\n`);
    process.env["MILLRACE_TEST_SECRET"] = SECRET;
    server = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end(SECRET);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    targets = { ...noTargets, secretFile, touchFile, port: (server.address() as AddressInfo).port };
    python = await start();
  });

  after(async () => {
    delete process.env["MILLRACE_TEST_SECRET"];
    await python.close();
    await new Promise((resolve) => server.close(resolve));
    directory.remove();
  });

  for (const [index, { name, reaches, poisons }] of attacks(noTargets).entries()) {
    it(`${name}: does not reach ${reaches}`, async () => {
      // A broken interpreter is no escape, but the next attack deserves a working one.
      if (python.interpreter.state === "dead") python = await start();
      const end = await python.run(attacks(targets)[index]!.code);
      const answer = end.kind === "done" ? end.response : end.reason;
      assert.doesNotMatch(answer, /ESCAPED/);
      const leaks = [SECRET, process.version, process.execPath, String(process.pid).padStart(4, "0"), here];
      for (const leak of leaks) {
        assert.ok(!answer.includes(leak), `the answer contains ${leak}: ${answer}`);
      }
      assert.ok(!existsSync(touchFile), "a host file was written");
      assert.deepEqual(requests, []);
      assert.equal(files.text(`${MOUNT}/locked/file`), "keep me");
      assert.deepEqual(files.uncleanPaths, []);
      const told = python.told.filter((message) => String(message).includes("ESCAPED"));
      assert.deepEqual(told, []);
      if (poisons) await python.close();
    });
  }
});
