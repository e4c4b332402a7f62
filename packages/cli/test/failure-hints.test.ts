import assert from "node:assert/strict";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const ABSENT = "http://127.0.0.1:1";
const REFUSED = `  caused by: connection refused: is a server running at ${ABSENT}? Start one with influxdb3 serve, or name another with --host`;
const TOKEN =
  "  hint: give a token with --token or set INFLUXDB3_AUTH_TOKEN; a new server's first token comes from influxdb3 create token --admin";

describe("the second line of a failure", () => {
  it("asks whether a server runs when the connection was refused", async () => {
    for (const line of ["query -d d 'SELECT 1'", "write -d d 'a b=1'", "show databases"]) {
      const { code, stderr } = await runCli([...words(line), "--host", ABSENT]);
      const [first, second, ...rest] = stderr.split("\n");
      assert.equal(code, 1);
      assert.match(first!, / command failed: failed to send .* request: client error \(Connect\)$/);
      assert.deepEqual([second, rest], [REFUSED, [""]]);
    }
  });

  it("says how to give a token after a 401", async () => {
    server.respond = () => ({ status: 401 });
    for (const line of ["query -d d 'SELECT 1'", "write -d d 'a b=1'", "show databases"]) {
      const { stderr } = await runCli([...words(line), "--host", server.url]);
      const [first, second, ...rest] = stderr.split("\n");
      assert.match(first!, / command failed: server responded with error \[401 Unauthorized\]: $/);
      assert.deepEqual([second, rest], [TOKEN, [""]]);
    }
  });

  it("of create token goes to stderr, while its first line stays on stdout", async () => {
    const absent = await runCli(["create", "token", "--admin", "--host", ABSENT]);
    assert.match(absent.stdout, /^Failed to create token, error: failed to send .*\n$/);
    assert.equal(absent.stderr, `${REFUSED}\n`);
    server.respond = () => ({ status: 401 });
    const refused = await runCli(["create", "token", "--admin", "--name", "n", "--host", server.url]);
    assert.match(refused.stdout, /^Failed to create token, error: ApiError \{ code: 401, .*\n$/);
    assert.equal(refused.stderr, `${TOKEN}\n`);
  });

  for (const [line, status, body, hinted] of [
    ["query -d d -l influxql 'SHOW DATABASES'", 404, "", true],
    ["query -d d -l influxql 'SHOW DATABASES'", 404, "Not found", true],
    ["query -d d -l influxql 'SHOW DATABASES'", 404, '{"error":"not found: database d"}', false],
    ["query -d d -l influxql 'SHOW DATABASES'", 400, "", false],
    ["query -d d 'SELECT 1'", 404, "Not found", false],
  ] as const) {
    it(`${line} → ${status} ${body}: ${hinted ? "names the language" : "nothing"}`, async () => {
      server.respond = () => ({ status, body });
      const { code, stderr } = await runCli([...words(line), "--host", server.url]);
      assert.equal(code, 1);
      assert.match(stderr, /^Query command failed: server responded with error \[40[04] /);
      assert.equal(/^ {2}hint: this server does not support InfluxQL \(yet\)/m.test(stderr), hinted);
    });
  }
});
