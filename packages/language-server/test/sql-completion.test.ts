import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { plugin, type SqlServer, startSqlServer } from "./support/sql.ts";

describe("completion and hover inside of SQL", () => {
  let sql: SqlServer;

  before(async () => {
    sql = await startSqlServer();
  });

  after(() => sql.stop());

  const open = (lines: string) => sql.server.editor.open(plugin(lines));

  /** What is offered first, as far as it is a name. */
  async function names(lines: string): Promise<string[]> {
    const items = await (await open(lines)).complete();
    const best = items.filter((item) => /^[0-2]/.test(item.sortText ?? ""));
    return best.sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1)).map((item) => item.label);
  }

  const cpu = ["Region", "host", "n", "time", "usage", "cpu"];
  const tables = ["cpu", "home room", "mem", "information_schema", "system"];
  const offered: [what: string, lines: string, expected: string[]][] = [
    ["columns", 'influxdb3_local.query("SELECT ‸ FROM cpu")', cpu],
    ["columns while a word is typed", 'influxdb3_local.query("SELECT ho‸ FROM cpu")', cpu],
    [
      "columns in a condition that is not finished",
      'influxdb3_local.query("SELECT host FROM cpu WHERE ‸")',
      cpu,
    ],
    [
      "columns in a statement that makes no sense yet",
      'influxdb3_local.query("SELECT u‸ FROM cpu WHERE")',
      cpu,
    ],
    ["columns in a call", 'influxdb3_local.query("SELECT max(‸) FROM cpu")', cpu],
    [
      "columns of an alias",
      'influxdb3_local.query("SELECT m.‸ FROM cpu c JOIN mem m ON c.host = m.host")',
      ["free", "host", "time"],
    ],
    [
      "columns of a table that is not named yet",
      'influxdb3_local.query("SELECT mem.‸")',
      ["free", "host", "time"],
    ],
    [
      "columns of WITH",
      'influxdb3_local.query("WITH a AS (SELECT avg(usage) AS mean FROM cpu) SELECT ‸ FROM a")',
      ["mean", "a"],
    ],
    [
      "aliases in ORDER BY",
      'influxdb3_local.query("SELECT n + 1 AS more FROM mem, cpu ORDER BY mo‸")',
      ["Region", "free", "host", "more", "n", "time", "usage", "cpu", "mem"],
    ],
    ["tables", 'influxdb3_local.query("SELECT host FROM ‸")', tables],
    ["tables behind a comma", 'influxdb3_local.query("SELECT host FROM cpu, m‸")', tables],
    ["tables of a schema", 'influxdb3_local.query("SELECT 1 FROM system.‸")', []],
    ["tables to join", 'influxdb3_local.query("SELECT host FROM cpu JOIN ‸")', tables],
    ["queries of WITH", 'influxdb3_local.query("WITH a AS (SELECT 1) SELECT * FROM ‸")', ["a", ...tables]],
    ["parameters", `influxdb3_local.query("SELECT n FROM cpu WHERE host = $‸", {"room": "a"})`, ["room"]],
    [
      "words at the beginning",
      'influxdb3_local.query("‸")',
      ["DESCRIBE", "EXPLAIN", "SELECT", "SHOW", "VALUES", "WITH"],
    ],
    ["columns in an f-string", 'influxdb3_local.query(f"SELECT {args}, u‸ FROM cpu WHERE {args}")', cpu],
    ["columns in a variable", 'sql = "SELECT ‸ FROM cpu"\ninfluxdb3_local.query(sql)', cpu],
    ["columns in a text that is not sent yet", 'sql = "SELECT ‸ FROM cpu"', cpu],
    ["columns in the second literal", 'influxdb3_local.query(\n    "SELECT host"\n    ", ‸ FROM cpu")', cpu],
    ["nothing in text", `influxdb3_local.query("SELECT 1 FROM cpu WHERE host = 'h‸'")`, []],
    ["nothing in comments", 'influxdb3_local.query("""SELECT 1 -- ho‸\n    FROM cpu""")', []],
  ];
  for (const [what, lines, expected] of offered) {
    it(`offers ${what}`, async () => assert.deepEqual(await names(lines), expected));
  }

  it("offers tables of system", async () => {
    const items = await (await open('influxdb3_local.query("SELECT 1 FROM system.‸")')).complete();
    assert.deepEqual(
      items.map((item) => item.label),
      ["queries"],
    );
  });

  it("offers functions with what they take, and words as they are typed", async () => {
    const items = await (await open('influxdb3_local.query("select da‸ from cpu")')).complete();
    assert.equal(
      items.find((item) => item.label === "date_bin")?.detail,
      "date_bin(interval, timestamp[, timestamp])",
    );
    assert.ok(items.some((item) => item.label === "between"));
    assert.ok(!items.some((item) => item.label === "BETWEEN"));
  });

  it("offers only words behind a table", async () => {
    const items = await (await open('influxdb3_local.query("SELECT 1 FROM cpu ‸")')).complete();
    assert.ok(items.some((item) => item.label === "WHERE"));
    assert.ok(!items.some((item) => item.label === "usage"));
  });

  const inserted: [what: string, lines: string, label: string, after: string][] = [
    [
      "a name",
      'influxdb3_local.query("SELECT us‸ FROM cpu")',
      "usage",
      'influxdb3_local.query("SELECT usage FROM cpu")',
    ],
    [
      "a name in quotes",
      'influxdb3_local.query("SELECT Re‸ FROM cpu")',
      "Region",
      'influxdb3_local.query("SELECT \\"Region\\" FROM cpu")',
    ],
    [
      "a name in quotes, in single ones",
      "influxdb3_local.query('SELECT Re‸ FROM cpu')",
      "Region",
      `influxdb3_local.query('SELECT "Region" FROM cpu')`,
    ],
    [
      "a name behind an open quote",
      `influxdb3_local.query('SELECT "Re‸ FROM cpu')`,
      "Region",
      `influxdb3_local.query('SELECT "Region" FROM cpu')`,
    ],
    ["a name behind a hole", 'influxdb3_local.query(f"SELECT {args}.us‸ FROM cpu")', "usage", ""],
    [
      "a table with a blank",
      'influxdb3_local.query("""SELECT 1 FROM ‸""")',
      "home room",
      'influxdb3_local.query("""SELECT 1 FROM "home room"""")',
    ],
  ];
  for (const [what, lines, label, after] of inserted.filter(([, , , after]) => after !== "")) {
    it(`writes ${what}`, async () => {
      const file = await open(lines);
      const item = (await file.complete()).find((it) => it.label === label);
      assert.ok(item?.textEdit !== undefined && "range" in item.textEdit);
      const document = TextDocument.create(file.uri, "python", 1, file.text);
      assert.equal(TextDocument.applyEdits(document, [item.textEdit]), plugin(after));
    });
  }

  it("leaves Python to Python", async () => {
    const file = await open('influxdb3_local.query(f"SELECT {args.g‸}")');
    assert.ok((await file.complete()).some((item) => item.label === "get"));
  });

  const explained: [what: string, lines: string, text: RegExp][] = [
    [
      "a table",
      'influxdb3_local.query("SELECT n FROM c‸pu")',
      /Table `cpu`[\s\S]*`usage` \| field \| Float64/,
    ],
    [
      "a tag",
      'influxdb3_local.query("SELECT ho‸st FROM cpu")',
      /host Dictionary\(Int32, Utf8\)[\s\S]*Tag of table `cpu`/,
    ],
    [
      "a column through WITH",
      'influxdb3_local.query("WITH a AS (SELECT usage FROM cpu) SELECT us‸age FROM a")',
      /Field of table `cpu`/,
    ],
    ["an alias of a table", 'influxdb3_local.query("SELECT c‸.n FROM cpu c")', /Table `cpu`/],
    [
      "a function",
      'influxdb3_local.query("SELECT av‸g(n) FROM cpu")',
      /avg\(float\)[\s\S]*Aggregate function/,
    ],
  ];
  for (const [what, lines, text] of explained) {
    it(`explains ${what}`, async () => assert.match(await (await open(lines)).hoverText(), text));
  }
});
