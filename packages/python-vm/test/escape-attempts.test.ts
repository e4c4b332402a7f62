import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { attacks, type Targets } from "./attacks/index.ts";
import { type Python, startPython, temporaryDirectory } from "./support.ts";

const SECRET = "the-secret-of-the-host";
/** A path of this machine that only the host should know. */
const here = path.dirname(new URL(import.meta.url).pathname);
const noTargets: Targets = { secretFile: "", touchFile: "", port: 0 };

describe("escape attempts", () => {
  const directory = temporaryDirectory();
  const secretFile = path.join(directory.path, "secret.py");
  const touchFile = path.join(directory.path, "touched");
  const requests: string[] = [];
  let server: Server;
  let python: Python;
  let targets: Targets = noTargets;

  before(async () => {
    writeFileSync(secretFile, `secret = "${SECRET}"\n`);
    process.env["MILLRACE_TEST_SECRET"] = SECRET;
    server = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end(SECRET);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    targets = { secretFile, touchFile, port: (server.address() as AddressInfo).port };
    python = await startPython();
  });

  after(async () => {
    delete process.env["MILLRACE_TEST_SECRET"];
    await python.close();
    await new Promise((resolve) => server.close(resolve));
    directory.remove();
  });

  for (const [index, { name, reaches }] of attacks(noTargets).entries()) {
    it(`${name}: does not reach ${reaches}`, async () => {
      // A broken interpreter is no escape, but the next attack deserves a working one.
      if (python.interpreter.state === "dead") python = await startPython();
      const end = await python.run(attacks(targets)[index]!.code);
      const answer = end.kind === "done" ? end.response : end.reason;
      assert.doesNotMatch(answer, /ESCAPED/);
      const leaks = [SECRET, process.version, process.execPath, String(process.pid).padStart(4, "0"), here];
      for (const leak of leaks) {
        assert.ok(!answer.includes(leak), `the answer contains ${leak}: ${answer}`);
      }
      assert.ok(!existsSync(touchFile), "a host file was written");
      assert.deepEqual(requests, []);
    });
  }
});
