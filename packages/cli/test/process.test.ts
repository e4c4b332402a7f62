import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { useFakeServer } from "./support/fake-server.ts";

const bin = fileURLToPath(new URL("../bin/influxdb3.cjs", import.meta.url));
const server = useFakeServer();

interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

function influxdb3(args: string[], options: { env?: Record<string, string>; stdin?: string } = {}) {
  return new Promise<Finished>((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "", ...options.env };
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { env, cwd: tmpdir() },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(options.stdin ?? "");
  });
}

describe("the influxdb3 process", () => {
  it("prints its version and exits 0", async () => {
    const { code, stdout } = await influxdb3(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^influxdb3 [^,]+, \d+\.\d+\.\d+, revision [0-9a-f]{40}\n$/);
  });

  it("exits 2 for what it does not understand and 1 for what fails", async () => {
    const usage = await influxdb3(["write", "-d", "d", "-p", "fake", "x y=1"]);
    assert.deepEqual(usage, {
      code: 2,
      stdout: "",
      stderr:
        "error: invalid value 'fake' for '--precision <PRECISION>': unrecognized precision unit: fake\n\nFor more information, try '--help'.\n",
    });
    const failed = await influxdb3(["create", "database", "foo", "--host", "http://127.0.0.1:1"]);
    assert.deepEqual(failed, {
      code: 1,
      stdout: "",
      stderr:
        "Create command failed: failed to send POST http://127.0.0.1:1/api/v3/configure/database request: client error (Connect)\n" +
        "  caused by: connection refused: is a server running at http://127.0.0.1:1? Start one with influxdb3 serve, or name another with --host\n",
    });
  });

  it("reads the environment and a pipe", async () => {
    const env = { INFLUXDB3_HOST_URL: server.url, INFLUXDB3_DATABASE_NAME: "d", INFLUXDB3_AUTH_TOKEN: "t" };
    const result = await influxdb3(["write", "-q"], { env, stdin: "a b=1\n" });
    assert.deepEqual(result, { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(server.lines, ["POST /api/v3/write_lp?db=d a b=1"]);
    assert.equal(server.requests[0]!.headers.authorization, "Bearer t");
  });

  it("asks before deleting even when its input is a pipe", async () => {
    const refused = await influxdb3(["delete", "database", "d", "--host", server.url]);
    assert.equal(refused.code, 1);
    assert.equal(
      refused.stderr,
      `Are you sure you want to delete "d"? Enter 'yes' or 'y' to confirm\nDelete command failed: Cannot proceed without confirmation\n`,
    );
    const done = await influxdb3(["delete", "database", "d", "--host", server.url], { stdin: "y\n" });
    assert.deepEqual([done.code, done.stdout], [0, 'Database "d" deleted successfully\n']);
  });

  it("passes a large result on whole", async () => {
    const body = `${"x".repeat(1000)}\n`.repeat(5000);
    server.respond = () => ({ body });
    const result = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [bin, "query", "-d", "d", "--host", server.url, "SELECT 1"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      child.on("close", () => resolve(text));
    });
    assert.equal(result.length, body.length);
  });

  it("ends quietly when its reader leaves", async () => {
    server.respond = () => ({ body: `${"x".repeat(1000)}\n`.repeat(5000) });
    const child = spawn(process.execPath, [bin, "query", "-d", "d", "--host", server.url, "SELECT 1"]);
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    assert.deepEqual([code, stderr], [0, ""]);
  });

  describe("over TLS", () => {
    const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url);
    const secure = https.createServer(
      { key: readFileSync(fixture("localhost-key.pem")), cert: readFileSync(fixture("localhost-cert.pem")) },
      (_, response) => response.end("[]"),
    );
    before(async () => {
      secure.listen(0, "127.0.0.1");
      await once(secure, "listening");
    });
    after(() => {
      secure.closeAllConnections();
      secure.close();
    });
    const show = (...args: string[]) => {
      const { port } = secure.address() as AddressInfo;
      return influxdb3([
        "show",
        "databases",
        "--format",
        "json",
        "--host",
        `https://127.0.0.1:${port}`,
        ...args,
      ]);
    };

    it("trusts --tls-ca, or anything with --tls-no-verify, and nothing else", async () => {
      const results = await Promise.all([
        show("--tls-ca", fileURLToPath(fixture("localhost-cert.pem"))),
        show("--tls-no-verify"),
        show(),
      ]);
      assert.deepEqual(
        results.map(({ code, stdout }) => [code, stdout]),
        [
          [0, "[]\n"],
          [0, "[]\n"],
          [1, ""],
        ],
      );
      assert.match(
        results[2].stderr,
        /^Show command failed: failed to send GET https:.* client error \(Connect\)\n/,
      );
      assert.match(results[2].stderr, /caused by: .*--tls-ca/);
    });
  });
});
