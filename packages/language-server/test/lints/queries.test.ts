import { inPlugin, type LintCase, testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const quoted: LintCase[] = [
  {
    what: "sees quotes around a parameter",
    text: inPlugin(`influxdb3_local.query("SELECT * FROM home WHERE room = '«$room»'", {"room": "Kitchen"})`),
    codes: ["quoted-parameter"],
    fix: ["Remove the quotes", `room = $room", {`],
  },
  {
    what: "sees a parameter inside of longer text",
    text: inPlugin(`influxdb3_local.query("SELECT * FROM home WHERE room LIKE '%«$room»%'", {"room": "K"})`),
    codes: ["quoted-parameter"],
    fix: ["Join the text with $room", `LIKE '%' || $room || '%'"`],
  },
  {
    what: "joins at the ends",
    text: inPlugin(`influxdb3_local.query("SELECT * FROM home WHERE room LIKE '«$room»%'", {"room": "K"})`),
    codes: ["quoted-parameter"],
    fix: ["Join the text with $room", `LIKE $room || '%'"`],
  },
  {
    what: "looks into variables, several lines, f-strings and joined text",
    text: inPlugin(`
      sql = """
          SELECT * FROM home -- it's here
          WHERE room = '«$room»'
      """
      influxdb3_local.query(sql.strip(), {"room": "a"})
      table = "home"
      influxdb3_local.query(f"SELECT * FROM {table} WHERE room = '«$room»'", {"room": "a"})
      influxdb3_local.query("SELECT * FROM home " + "WHERE room = '«$room»'", {"room": "a"})
      influxdb3_local.query('SELECT * FROM home ' 'WHERE room = \\'«$room»\\'', {"room": "a"})
    `),
    codes: ["quoted-parameter", "quoted-parameter", "quoted-parameter", "quoted-parameter"],
  },
  {
    what: "removes escaped quotes",
    text: inPlugin(`influxdb3_local.query('SELECT a FROM b WHERE c = \\'«$d»\\'', {"d": "e"})`),
    codes: ["quoted-parameter"],
    fix: ["Remove the quotes", `c = $d', {`],
  },
  {
    what: "leaves other text, names and comments alone",
    text: inPlugin(`
      influxdb3_local.query("SELECT a AS \\"$x\\" FROM b WHERE c ~ '^a$' AND d = '$5' AND e = 'a $word' -- '$x'")
      influxdb3_local.info("'$room'")
    `),
  },
];

const parameters: LintCase[] = [
  {
    what: "sees a parameter that is not given",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c = «$room»")'),
    codes: ["missing-parameter"],
    fix: ['Pass "room"', '$room", {"room": ""})'],
  },
  {
    what: "passes a variable of that name",
    text: inPlugin(
      'room = 5\ninfluxdb3_local.query("SELECT a FROM b WHERE c = «$room»", {"x": "1"})',
    ).replace('"x"', '«"x"»'),
    codes: ["missing-parameter", "unused-parameter"],
    fix: ['Pass "room"', '{"x": "1", "room": str(room)})'],
  },
  {
    what: "puts it into args of any form",
    text: inPlugin('influxdb3_local.query(query="SELECT a FROM b WHERE c = «$d»", args=None)'),
    codes: ["missing-parameter"],
    fix: ['Pass "d"', 'args={"d": ""})'],
  },
  {
    what: "names the parameter that is probably meant",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c = «$room»", {"rom": "Kitchen"})'),
    codes: ["missing-parameter"],
    says: /Is "rom" meant\?/,
    fix: ['Change the parameter to "room"', '{"room": "Kitchen"}'],
  },
  {
    what: "or changes the query",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c = «$room»", {"rom": "Kitchen"})'),
    codes: ["missing-parameter"],
    fix: ["Change the query to $rom", 'c = $rom"'],
  },
  {
    what: "sees a parameter that the query does not use",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c = $c", {"c": "1", «"d"»: "2"})'),
    codes: ["unused-parameter"],
    fix: ['Remove "d"', '{"c": "1"})'],
  },
  {
    what: "removes the first one",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c = $c", {«"d"»: "2", "c": "1"})'),
    codes: ["unused-parameter"],
    fix: ['Remove "d"', '{"c": "1"})'],
  },
  {
    what: "follows a dict that only queries get",
    text: inPlugin(
      'given = {"c": "1"}\ninfluxdb3_local.query("SELECT a FROM b WHERE c = $c AND d = «$d»", given)',
    ),
    codes: ["missing-parameter"],
    fix: ['Pass "d"', 'given = {"c": "1", "d": ""}'],
  },
  {
    what: "takes a dict that several queries share",
    text: inPlugin(`
      given = {"c": "1", "d": "2"}
      influxdb3_local.query("SELECT a FROM b WHERE c = $c", given)
      influxdb3_local.query("SELECT a FROM b WHERE d = $d", args=given)
    `),
  },
  ...[
    ["a key is added", 'given = {"c": "1"}\ngiven["d"] = "2"'],
    ["the dict is updated", 'given = {"c": "1"}\ngiven.update(d="2")'],
    ["the dict is merged", 'given = {"c": "1", **(args or {})}'],
    ["keys are computed", 'given = {key: "1" for key in ("c", "d")}'],
    ["a key is a name", 'key = "d"\ngiven = {"c": "1", key: "2"}'],
    ["it is another's", "given = args"],
    ["dict() makes it", 'given = dict(c="1", d="2")'],
  ].map(
    ([what, code]): LintCase => ({
      what: `is not sure when ${what}`,
      text: inPlugin(`${code}\ninfluxdb3_local.query("SELECT a FROM b WHERE c = $c AND d = $d", given)`),
    }),
  ),
  {
    what: "is not sure of names that are filled in",
    text: inPlugin(
      'name = "c"\ninfluxdb3_local.query(f"SELECT a FROM b WHERE c = $" + f"{name} AND d = $x{name}", {"c": "1"})',
    ),
  },
  {
    what: "is not sure of a statement with two texts",
    text: inPlugin(
      'sql = "SELECT a FROM b"\nif args:\n    sql += " WHERE c = $c"\ninfluxdb3_local.query(sql, {"c": "1"})',
    ),
  },
  {
    what: "knows text in dollars and both kinds of comments",
    text: inPlugin('influxdb3_local.query("SELECT $$ $a $$, $t$ $b $t$ /* $c */ FROM d -- $e")'),
  },
];

const values: LintCase[] = [
  {
    what: "sees a number",
    text: inPlugin('influxdb3_local.query("SELECT a FROM b WHERE c > $limit", «{"limit": 5}»)'),
    codes: ["non-string-parameter"],
    says: /"limit" is a number.*CAST\(\$limit AS BIGINT\)/,
    fix: ["Make the value text", '{"limit": "5"}'],
  },
  {
    what: "sees everything that is not text",
    text: inPlugin(
      'influxdb3_local.query("SELECT $a, $b, $c, $d", «{"a": int("5"), "b": True, "c": [1], "d": "x"}»)',
    ),
    codes: ["non-string-parameter"],
    fix: ["Make the values text", '{"a": str(int("5")), "b": str(True), "c": str([1]), "d": "x"}'],
  },
  {
    what: "sees it through a name",
    text: inPlugin(
      'given = {"limit": 5}\ninfluxdb3_local.query("SELECT a FROM b WHERE c > $limit", «given»)',
    ),
    codes: ["non-string-parameter"],
    fix: ["Make the value text", 'given = {"limit": "5"}'],
  },
  {
    what: "converts what only the type checker knows",
    text: inPlugin(
      'limit = len(table_batches) + 1\ninfluxdb3_local.query("SELECT a FROM b WHERE c > $limit", «{"limit": limit}»)',
    ),
    codes: ["wrong-argument-type"],
    fix: ["Convert the values with str()", '{"limit": str(limit)}'],
  },
  {
    what: "takes text of all kinds",
    text: inPlugin(
      'influxdb3_local.query("SELECT $a, $b, $c", {"a": f"{1}", "b": str(5), "c": "x".upper()})',
    ),
  },
];

describe("checks of queries", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  describe("quotes", () => testLints(quoted, () => server));
  describe("parameters", () => testLints(parameters, () => server));
  describe("values", () => testLints(values, () => server));
});
