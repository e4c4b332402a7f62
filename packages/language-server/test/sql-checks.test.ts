import assert from "node:assert/strict";
import { expectSql, plugin, type SqlServer, startSqlServer } from "./support/sql.ts";

describe("SQL inside of plugins", () => {
  let sql: SqlServer;

  before(async () => {
    sql = await startSqlServer();
  });

  after(() => sql.stop());

  const open = (lines: string) => sql.server.editor.open(plugin(lines));

  const wrong: [what: string, line: string, code: string, message: RegExp][] = [
    [
      "a column that the table lacks",
      'influxdb3_local.query("SELECT «hots» FROM cpu")',
      "sql-unknown-column",
      /Table 'cpu' has no column 'hots'; did you mean 'host'\?/,
    ],
    [
      "a column without the case that it has",
      'influxdb3_local.query("SELECT «Region» FROM cpu")',
      "sql-unknown-column",
      /no column 'region'; did you mean 'Region'/,
    ],
    [
      "a column of a joined table",
      'influxdb3_local.query("SELECT c.usage FROM cpu c JOIN mem m ON c.host = m.«hst»")',
      "sql-unknown-column",
      /Table 'mem' has no column 'hst'; did you mean 'host'/,
    ],
    [
      "a column that no table has",
      'influxdb3_local.query("SELECT «wrong» FROM cpu, mem")',
      "sql-unknown-column",
      /No table of this query has a column 'wrong'/,
    ],
    [
      "a column that the query in parentheses does not return",
      'influxdb3_local.query("SELECT x.«usage» FROM (SELECT host FROM cpu) x")',
      "sql-unknown-column",
      /'usage'/,
    ],
    [
      "a column that WITH does not make",
      'influxdb3_local.query("WITH a AS (SELECT avg(usage) AS mean FROM cpu) SELECT «meen» FROM a")',
      "sql-unknown-column",
      /did you mean 'mean'/,
    ],
    [
      "text in double quotes",
      `influxdb3_local.query('SELECT usage FROM cpu WHERE host = «"server01"»')`,
      "sql-unknown-column",
      /Text stands in single quotes: 'server01'/,
    ],
    [
      "a table that is not there",
      'influxdb3_local.query("SELECT 1 FROM «cpuu»")',
      "sql-unknown-table",
      /Database 'db' has no table 'cpuu'; did you mean 'cpu'\?/,
    ],
    [
      "a system table without its schema",
      'influxdb3_local.query("SELECT 1 FROM «queries»")',
      "sql-unknown-table",
      /did you mean 'system.queries'/,
    ],
    [
      "a table of a schema",
      'influxdb3_local.query("SELECT 1 FROM system.«querys»")',
      "sql-unknown-table",
      /Schema 'system' has no table 'querys'; did you mean 'queries'/,
    ],
    [
      "a table in a subquery",
      'influxdb3_local.query("SELECT 1 FROM cpu WHERE host IN (SELECT host FROM «nem»)")',
      "sql-unknown-table",
      /did you mean 'mem'/,
    ],
    [
      "an alias that nothing has",
      'influxdb3_local.query("SELECT «d».usage FROM cpu c")',
      "sql-unknown-table",
      /no table or alias 'd'; did you mean 'c'/,
    ],
    [
      "a function that does not exist",
      "influxdb3_local.query(\"SELECT «datebin»(INTERVAL '1 hour', time) FROM cpu\")",
      "sql-unknown-function",
      /did you mean 'date_bin'/,
    ],
    [
      "a wrong letter in the first word",
      'influxdb3_local.query("«SELEC» usage FROM cpu")',
      "sql-syntax",
      /did you mean 'SELECT'/,
    ],
    [
      "a wrong letter in a keyword",
      "influxdb3_local.query(\"select usage from cpu «wher» host = 'a'\")",
      "sql-syntax",
      /'wher' makes no sense here; did you mean 'where'/,
    ],
    ["an end too early", 'influxdb3_local.query("SELECT usage «FROM»")', "sql-syntax", /found the end/],
    ["a text that is not closed", `influxdb3_local.query("SELECT «'a»")`, "sql-syntax", /Unterminated/],
    ["an empty statement", 'influxdb3_local.query("«»")', "sql-syntax", /is empty/],
    ["a deletion", 'influxdb3_local.query("«DELETE» FROM cpu")', "sql-refused", /DELETE is refused/],
    [
      "an insertion, with what to do",
      'influxdb3_local.query("«insert» into cpu values (1)")',
      "sql-refused",
      /influxdb3_local\.write\(\)/,
    ],
    [
      "a table that is made",
      'influxdb3_local.query("«CREATE» TABLE x (a INT)")',
      "sql-refused",
      /when something is written/,
    ],
    [
      "an explained deletion",
      'influxdb3_local.query("«EXPLAIN» DELETE FROM cpu")',
      "sql-refused",
      /queries only read/,
    ],
    ["two statements", 'influxdb3_local.query("SELECT 1; «SELECT» 2")', "sql-refused", /one statement/],
    [
      "a column that is not grouped",
      'influxdb3_local.query("SELECT host, «usage» FROM cpu GROUP BY host")',
      "sql-plan",
      /GROUP BY/,
    ],
    ["a call with too many arguments", 'influxdb3_local.query("SELECT «abs»(1, 2)")', "sql-plan", /abs/],
    ["a shown table", 'influxdb3_local.query("SHOW COLUMNS FROM «cpuu»")', "sql-unknown-table", /cpu/],
    [
      "an explained query",
      'influxdb3_local.query("EXPLAIN SELECT «hots» FROM cpu")',
      "sql-unknown-column",
      /host/,
    ],
  ];
  for (const [what, line, code, message] of wrong) {
    it(`finds ${what}`, async () => {
      const [found] = await expectSql(await open(line), code);
      assert.match(String(found!.message), message);
    });
  }

  const places: [what: string, lines: string][] = [
    ["in a keyword argument", 'influxdb3_local.query(args={}, query="SELECT «hots» FROM cpu")'],
    [
      "behind escapes",
      `influxdb3_local.query("SELECT '\\t\\u00e9\\U0001F600\\'' , «hots» FROM cpu")`.replace("\\''", "'"),
    ],
    ["behind characters of two units", `influxdb3_local.query("SELECT '😀😀', «hots» FROM cpu")`],
    ["in triple quotes", 'influxdb3_local.query("""\n    SELECT \'😀\',\n        «hots»\n    FROM cpu\n""")'],
    ["behind a continued line", 'influxdb3_local.query("SELECT \\\n  «hots» FROM cpu")'],
    [
      "in the second of two literals",
      'influxdb3_local.query(\n    "SELECT "  # columns\n    "«hots» FROM cpu"\n)',
    ],
    ["over two literals", 'influxdb3_local.query("SELECT «ho"\n    "ts» FROM cpu")'],
    ["in a sum", 'influxdb3_local.query("SELECT " + "«hots»" + " FROM cpu")'],
    [
      "in a raw string",
      "influxdb3_local.query(r'SELECT «hots» FROM cpu WHERE host ~ \"\\d\"'.strip())".replace(
        '"\\d"',
        "host",
      ),
    ],
    [
      "in a text without its indentation",
      'influxdb3_local.query(textwrap.dedent("""\n    SELECT «hots»\n    FROM cpu\n""").strip())',
    ],
    ["through a variable", 'sql = "SELECT «hots» FROM cpu"\ninfluxdb3_local.query(sql)'],
    [
      "through the last of several assignments",
      'sql = "SELECT wrong FROM cpu"\nsql = "SELECT «hots» FROM cpu"\ninfluxdb3_local.query(sql)',
    ],
    [
      "through what is added to a variable",
      'sql = "SELECT usage FROM cpu"\nsql += " WHERE «hots» = 1"\ninfluxdb3_local.query(sql)',
    ],
    ["through two variables", 'base = "SELECT «hots»"\nsql = base + " FROM cpu"\ninfluxdb3_local.query(sql)'],
    [
      "once when two calls send it",
      'sql = "SELECT «hots» FROM cpu"\ninfluxdb3_local.query(sql)\ninfluxdb3_local.query(sql)',
    ],
    [
      "in an f-string",
      "influxdb3_local.query(f\"SELECT «hots» FROM cpu WHERE host = '{args}' AND usage > {call_time}\")",
    ],
    [
      "behind doubled braces of an f-string",
      "influxdb3_local.query(f\"SELECT '{{}}', «hots» FROM cpu WHERE host = {args!r}\")",
    ],
    [
      "with an optional condition",
      'sql = "SELECT usage FROM cpu WHERE «hots» > 1"\nif args:\n    sql += " AND n > 1"\ninfluxdb3_local.query(sql)',
    ],
  ];
  for (const [what, lines] of places) {
    it(`finds them ${what}`, async () => {
      await expectSql(await open(lines), "sql-unknown-column");
    });
  }

  it("finds them in files with Windows' line ends", async () => {
    const text = plugin('influxdb3_local.query("""\n    SELECT usage,\n        «hots»\n    FROM cpu\n""")');
    await expectSql(await sql.server.editor.open(text.replaceAll("\n", "\r\n")), "sql-unknown-column");
  });

  it("finds them in constants of the module and in helpers", async () => {
    const file = await sql.server.editor.open(`
      QUERY = "SELECT «hots» FROM cpu"
      def load(influxdb3_local):
          return influxdb3_local.query(QUERY)
    `);
    await expectSql(file, "sql-unknown-column");
  });

  const silent: [what: string, lines: string][] = [
    ["names in other cases", 'influxdb3_local.query("Select HOST, Usage From CPU")'],
    ["quoted names", `influxdb3_local.query('SELECT "Region", "temp °C" FROM cpu, "home room"')`],
    ["system tables", 'influxdb3_local.query("SELECT query_text, new_column FROM system.queries")'],
    ["tables of our own schema", 'influxdb3_local.query("SELECT anything FROM millrace.plugin_runs")'],
    [
      "what describes the schema",
      'influxdb3_local.query("SELECT table_name FROM information_schema.tables")',
    ],
    ["full names", 'influxdb3_local.query("SELECT cpu.usage, iox.cpu.n FROM public.iox.cpu")'],
    ["table functions", `influxdb3_local.query("SELECT a FROM last_cache('cpu', 'c')")`],
    ["unnested lists", 'influxdb3_local.query("SELECT u.x FROM unnest([1, 2]) AS u(x)")'],
    ["functions of the original alone", 'influxdb3_local.query("SELECT sha224(host) FROM cpu")'],
    ["selectors", "influxdb3_local.query(\"SELECT selector_last(usage, time)['value'] AS v FROM cpu\")"],
    [
      "recursive queries",
      'influxdb3_local.query("WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t WHERE x < 5) SELECT x FROM t")',
    ],
    [
      "correlated queries",
      'influxdb3_local.query("SELECT host FROM cpu c WHERE EXISTS (SELECT 1 FROM mem WHERE mem.host = c.host AND free > usage)")',
    ],
    [
      "aliases",
      "influxdb3_local.query(\"SELECT date_bin(INTERVAL '1 hour', time) AS hour, avg(usage) AS mean FROM cpu GROUP BY hour HAVING mean > 1 ORDER BY hour\")",
    ],
    [
      "windows",
      'influxdb3_local.query("SELECT sum(usage) OVER w FROM cpu WINDOW w AS (PARTITION BY host ORDER BY time)")',
    ],
    [
      "parts of times",
      "influxdb3_local.query(\"SELECT extract(hour FROM time) AS h, INTERVAL '1 day' FROM cpu\")",
    ],
    [
      "parameters",
      'influxdb3_local.query("SELECT usage FROM cpu WHERE host = $h AND time > $t LIMIT 5", {"h": "a", "t": "b"})',
    ],
    ["what returns no rows of tables", 'influxdb3_local.query("SHOW TABLES")'],
    [
      "names for columns of WITH",
      'influxdb3_local.query("WITH a(x, y) AS (SELECT host, usage FROM cpu) SELECT x, y FROM a")',
    ],
    [
      "columns that have no name of their own",
      `influxdb3_local.query('SELECT "count(*)" FROM (SELECT count(*) FROM cpu)')`,
    ],
    ["other databases", 'influxdb3_local.query("SELECT hots FROM cpuu", database="other")'],
    ["databases that only the run knows", 'influxdb3_local.query("SELECT hots FROM cpuu", None, args["db"])'],
    ["other methods", 'influxdb3_local.info("SELECT hots FROM cpuu")'],
    [
      "text that is put in later",
      'influxdb3_local.query("SELECT {} FROM {}".format("a", "b"))\ninfluxdb3_local.query("SELECT %s" % args)',
    ],
    ["variables of loops", 'sql = "not SQL"\nfor sql in args.values():\n    influxdb3_local.query(sql)'],
    ["variables that only the run knows", 'sql = "SELEC"\nsql = args["sql"]\ninfluxdb3_local.query(sql)'],
  ];
  for (const [what, lines] of silent) {
    it(`says nothing about ${what}`, async () => {
      await expectSql(await open(lines));
    });
  }

  const holes: [what: string, text: string][] = [
    ["tables", "SELECT hots FROM {x} WHERE wrong = 1"],
    ["quoted tables", `SELECT hots FROM "{x}" WHERE "{x}" = '{x}'`],
    ["parts of names", "SELECT usage_{x}, hots FROM cpu_{x}"],
    ["columns", "SELECT {x} FROM cpu ORDER BY wrong"],
    ["columns among others", "SELECT usage, {x} FROM cpu GROUP BY wrong"],
    ["joins", "SELECT wrong FROM cpu {x}"],
    ["joins behind an alias", "SELECT wrong FROM cpu c {x} WHERE c.wrong2 = 1"],
    ["conditions", "SELECT usage FROM cpu WHERE {x}"],
    ["operators", "SELECT usage FROM cpu WHERE n {x} 5"],
    ["ends", "SELECT usage FROM cpu WHERE n > 5 {x} LIMIT {x}"],
    ["directions", "SELECT usage FROM cpu ORDER BY time {x}"],
    ["lists", "SELECT usage FROM cpu WHERE host IN ({x})"],
    [
      "intervals",
      "SELECT usage FROM cpu WHERE time > now() - INTERVAL '{x} hours' AND time < now() - INTERVAL {x}",
    ],
    ["types", "SELECT CAST(usage AS {x}) FROM cpu"],
    ["names of WITH", "WITH {x} AS (SELECT 1) SELECT wrong FROM anything"],
    ["everything", "{x}"],
    ["the beginning", "{x} FROM cpuu"],
    ["the first letters", "{x}ECT usage"],
    ["whole queries", "SELECT wrong FROM ({x}) t"],
    ["open quotes", "SELECT usage FROM cpu WHERE host = 'a{x}"],
  ];
  for (const [what, text] of holes) {
    it(`says nothing about an f-string's ${what}`, async () => {
      await expectSql(await open(`x = args["x"]\ninfluxdb3_local.query(f"""${text}""")`));
    });
  }

  it("finds a table in an f-string that is more than names and values", async () => {
    await expectSql(
      await open('influxdb3_local.query(f"SELECT usage FROM «cpuu» WHERE n > 5 {args} LIMIT 3")'),
      "sql-unknown-table",
    );
  });

  it("finds a wrong first word in an f-string", async () => {
    await expectSql(await open('influxdb3_local.query(f"«SELEC» usage FROM {args}")'), "sql-syntax");
  });

  const broken: [what: string, lines: string][] = [
    ["a literal that is not closed", 'influxdb3_local.query("SELECT hots FROM cpu'],
    ["triple quotes that are not closed", 'influxdb3_local.query("""SELECT hots'],
    ["a call that is not closed", 'influxdb3_local.query("SELECT 1"'],
    ["a call without arguments", "influxdb3_local.query("],
    ["an argument without value", "influxdb3_local.query(query="],
    ["a hole that is not closed", 'influxdb3_local.query(f"SELECT {args FROM cpu'],
    ["a sum without an end", 'influxdb3_local.query("SELECT 1 " +'],
    ["escapes that are none", 'influxdb3_local.query("SELECT 1 \\x \\u12 \\N{")'],
  ];
  for (const [what, lines] of broken) {
    it(`copes with ${what}`, async () => {
      const file = await open(lines);
      assert.ok(Array.isArray(await file.diagnostics()));
      const failures = JSON.stringify(sql.server.notifications("window/logMessage"));
      assert.doesNotMatch(failures, /The check 'sql' failed/);
    });
  }

  const fixed: [what: string, line: string, title: string, after: RegExp][] = [
    ["a column", 'influxdb3_local.query("SELECT hots FROM cpu")', "Change to host", /SELECT host FROM/],
    [
      "a column that needs quotes",
      'influxdb3_local.query("SELECT Region FROM cpu")',
      'Change to \\"Region\\"',
      /SELECT \\"Region\\" FROM/,
    ],
    [
      "a column that needs quotes, between others",
      "influxdb3_local.query('SELECT Region FROM cpu')",
      'Change to "Region"',
      /SELECT "Region" FROM/,
    ],
    ["a table", 'influxdb3_local.query("SELECT 1 FROM cpuu")', "Change to cpu", /FROM cpu"/],
    ["a keyword", 'influxdb3_local.query("selec 1")', "Change to select", /"select 1"/],
    [
      "a text",
      `influxdb3_local.query("""SELECT n FROM cpu WHERE host = "a b" """)`,
      "Change to 'a b'",
      /host = 'a b'/,
    ],
  ];
  for (const [what, line, title, after] of fixed) {
    it(`fixes ${what}`, async () => {
      assert.match(await (await open(line)).textAfterFix(title), after);
    });
  }

  it("knows tables that were made meanwhile, and nothing without a connection", async () => {
    const file = await open(
      'influxdb3_local.query("SELECT 1 FROM «later»")\ninfluxdb3_local.query("«SELEC» 1")',
    );
    const [missing] = await expectSql(file, "sql-unknown-table", "sql-syntax");
    assert.match(String(missing!.message), /has no table 'later'\.$/);
    const before = sql.database.tables;
    sql.database.tables = { ...before, later: { a: "Int64" } };
    await sql.server.connection.sendRequest("millrace/refreshSchema");
    assert.equal((await file.diagnostics()).length, 1);
    sql.database.tables = before;
    await sql.server.connection.sendRequest("millrace/setConnection", null);
    assert.equal((await file.diagnostics()).length, 1);
    await sql.server.connection.sendRequest("millrace/setConnection", sql.connection);
    assert.equal((await file.diagnostics()).length, 2);
  });
});
