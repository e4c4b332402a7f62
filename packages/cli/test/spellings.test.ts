import assert from "node:assert/strict";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();

/** Every line of a group must send exactly the same request. */
const SAME: string[][] = [
  [
    "create trigger -d d --path p.py --trigger-spec all_tables t",
    "create trigger -d d --plugin-filename p.py --trigger-spec all_tables t",
    "create trigger --plugin=p.py -dd --trigger-spec=all_tables t",
    "create trigger --plugin p.py --database d --trigger-spec all_tables t",
    "create trigger -p p.py -d=d --trigger-spec all_tables t",
    "create trigger -d d --path p.py --trigger-spec all_tables --trigger-name t",
    "create trigger t -d d --path p.py --trigger-spec all_tables",
    "create trigger -d d --path p.py --trigger-spec all_tables -- t",
  ],
  [
    "test wal_plugin --lp 'a b=1' -d d --input-arguments x=1 p.py",
    "test wal_plugin --lp='a b=1' -d d --input-arguments=x=1 p.py",
    "test wal-plugin p.py --lp 'a b=1' -d d --input-arguments x=1",
    "test wal_plugin --lp 'a b=1' -d d --input-arguments x=1 --name p",
    "test wal_plugin --lp 'a b=1' -d d --input-arguments x=1 -n p",
  ],
  ["test schedule_plugin -d d p.py", "test schedule-plugin -d d p.py"],
  ["enable trigger -d d t", "activate trigger -d d t", "enable trigger t --database=d"],
  ["disable trigger -d d t", "deactivate trigger -d d t"],
  ["query -d d q", "q -d d q", "query --database d q", "query -dd q", "query -d=d q", "query q -d d"],
  ["write -d d 'a b=1'", "w -d d 'a b=1'", "write 'a b=1' -d d -q", "write -q -d d -- 'a b=1'"],
  [
    "show system -d d summary",
    "show summary -d d",
    "show summary --database d",
    "show system summary -d d",
    "show s --database d summary",
  ],
  ["show system -d d table x", "show system table x -d d", "show system table -d d x"],
  [
    "update database -d d --retention-period 7d",
    "update database d --retention-period 7d",
    "update database d -r 1w",
  ],
  ["create token --admin", "create token --format json --admin"],
  [
    "create token --admin --name n --token s",
    "create token --name n --token=s --admin",
    "create token --admin --name n -t s",
  ],
  ["query -d d --token s q", "query -d d -t s q"],
  [
    "create table -d d --fields f:bool t --tags a,b",
    "create table -d d t --tags a b -f f:bool",
    "create table -d d -f f:bool --tags a,b t",
    "create table -d d -f f:bool --tags a b t",
    "create table -d d -f f:bool --tags a --tags b -- t",
  ],
];

describe("spellings that mean the same", () => {
  for (const group of SAME) {
    it(group[0]!, async () => {
      const seen: string[] = [];
      for (const line of group) {
        server.reset();
        server.respond = () => ({ body: "[]" });
        const [head, tail] = line.split(" -- ");
        const rest = tail === undefined ? [] : ["--", ...words(tail)];
        const result = await runCli([...words(head!), "--host", server.url, ...rest]);
        assert.equal(result.code, 0, `${line}: ${result.stderr}`);
        assert.ok(server.lines.length > 0, line);
        seen.push(`${server.requests[0]!.headers.authorization} ${server.lines.join("\n")}`);
        assert.equal(seen.at(-1), seen[0], line);
      }
    });
  }

  it("--plugin NAME tries the file NAME, then NAME.py", async () => {
    server.respond = ({ body }) =>
      body.includes('"test_plugin.py"')
        ? {}
        : { status: 500, body: "Plugin error: reading plugin file: Plugin not found: test_plugin" };
    const line = "create trigger -d d --plugin test_plugin --trigger-spec table:foo trigger1";
    const result = await runCli([...words(line), "--host", server.url]);
    assert.deepEqual(
      [result.code, result.stdout, result.stderr],
      [0, "Trigger trigger1 created successfully\n", ""],
    );
    const names = server.requests.map(({ body }) => JSON.parse(body.toString()).plugin_filename);
    assert.deepEqual(names, ["test_plugin", "test_plugin.py"]);
  });

  it("--path NAME is taken at its word", async () => {
    server.respond = () => ({ status: 500, body: "Plugin error: reading plugin file: Plugin not found: p" });
    const line = "create trigger -d d --path p --trigger-spec table:foo t";
    assert.equal((await runCli([...words(line), "--host", server.url])).code, 1);
    assert.equal(server.requests.length, 1);
  });

  it("a plugin directory before the file name is taken off", async () => {
    server.respond = () => ({ body: "{}" });
    const env = { INFLUXDB3_PLUGIN_DIR: "/plugins/" };
    await runCli([...words("test schedule_plugin -d d /plugins/sub/p.py"), "--host", server.url], { env });
    assert.match(server.lines[0]!, /"filename":"sub\/p\.py"/);
  });

  it("the version is printed by -V, --version and version", async () => {
    const lines = await Promise.all(["-V", "--version", "version"].map((word) => runCli([word])));
    for (const { code, stdout } of lines) {
      assert.equal(code, 0);
      assert.match(stdout, /^influxdb3 [^,]+, \d+\.\d+\.\d+, revision [0-9a-f]{40}\n$/);
    }
  });

  it("runtime options may stand before a command", async () => {
    const argv = ["--num-io-threads", "4", "--io-runtime-type=multi-thread", "query", "-d", "d", "q"];
    assert.equal((await runCli([...argv, "--host", server.url])).code, 0);
    assert.equal((await runCli(["--num-io-threads"])).code, 2);
  });
});
