import assert from "node:assert/strict";
import {
  arrowTypeName,
  type BoundQuery,
  bindStatement,
  describeRows,
  FLOAT64,
  FUNCTIONS,
  findFunction,
  functionNames,
  INT64,
  informationSchemaRows,
  initParser,
  type ParamValue,
  PlanError,
  schemaModelOf,
  showTablesRows,
  TAG,
  type TableSchema,
  TIMESTAMP,
  UTF8,
} from "@millrace/sql";

const table = (
  name: string,
  columns: TableSchema["columns"],
  schema: TableSchema["schema"] = "iox",
): TableSchema => ({
  schema,
  name,
  columns,
});
const field = (name: string, type = FLOAT64) => ({ name, kind: "field", type, nullable: true }) as const;
const TIME = { name: "time", kind: "time", type: TIMESTAMP, nullable: false } as const;
const ROOM = { name: "room", kind: "tag", type: TAG, nullable: true } as const;

const schema = schemaModelOf([
  table("home", [field("co", INT64), ROOM, field("temp"), TIME]),
  table("Camel", [field("ABC"), field("abc", INT64), TIME]),
  table("zebra", [TIME]),
  table("été", [TIME]),
  table("queries", [{ name: "id", kind: "plain", type: UTF8, nullable: false }], "system"),
]);

function bind(sql: string, params: Record<string, ParamValue> = {}): BoundQuery {
  const statement = bindStatement(sql, { schema, params, nowNs: 0n });
  assert.equal(statement.statement, "query");
  return (statement as { query: BoundQuery }).query;
}

const names = (sql: string) => bind(sql).columns.map((c) => c.name);
const types = (sql: string) => bind(sql).columns.map((c) => arrowTypeName(c.type));
const failure = (sql: string, params = {}) => {
  try {
    bind(sql, params);
  } catch (error) {
    assert.ok(error instanceof PlanError, String(error));
    return `${error.kind}: ${error.message}`;
  }
  return "no error";
};

describe("resolving names", () => {
  before(initParser);

  it("folds what is not quoted and matches the rest exactly", () => {
    assert.deepEqual(names("SELECT Temp, ROOM FROM HOME"), ["temp", "room"]);
    assert.deepEqual(names('SELECT "ABC", abc, "abc" FROM "Camel"'), ["ABC", "abc", "abc"]);
    assert.deepEqual(types('SELECT "ABC", ABC FROM "Camel"'), ["Float64", "Int64"]);
    assert.match(failure("SELECT * FROM Camel"), /^plan: .*table 'public\.iox\.camel' not found/);
    assert.match(
      failure('SELECT "Temp" FROM home'),
      /^schema: .*No field named "Temp"\. Valid fields are home\.co/,
    );
  });

  it("finds a table by its short and its full name", () => {
    for (const name of ["home", "iox.home", "public.iox.home", "'home'", '"home"']) {
      assert.equal(names(`SELECT * FROM ${name}`).length, 4, name);
    }
    for (const name of ["queries", "system.home", "other.home", "a.public.iox.home"]) {
      assert.match(failure(`SELECT * FROM ${name}`), /not found/, name);
    }
    assert.deepEqual(names("SELECT * FROM system.queries"), ["id"]);
  });

  it("lets a column be named with any end of its table's name, or its alias", () => {
    assert.deepEqual(names("SELECT home.co, iox.home.co, public.iox.home.co FROM home"), ["co", "co", "co"]);
    assert.deepEqual(names("SELECT h.co FROM home AS h"), ["co"]);
    assert.match(failure("SELECT home.co FROM home AS h"), /No field named home\.co/);
    assert.match(failure("SELECT co FROM home a, home b"), /Ambiguous reference to unqualified field co/);
  });

  it("expands wildcards in the order of the columns", () => {
    assert.deepEqual(names("SELECT * FROM home"), ["co", "room", "temp", "time"]);
    assert.deepEqual(names("SELECT h.*, 1 AS x FROM home h"), ["co", "room", "temp", "time", "x"]);
    assert.deepEqual(names("SELECT * EXCLUDE (co) FROM home"), ["room", "temp", "time"]);
    assert.deepEqual(names("SELECT * FROM home a JOIN home b USING (time, room)"), [
      "co",
      "room",
      "temp",
      "time",
      "co",
      "temp",
    ]);
  });

  it("prefers the column in GROUP BY and the alias in ORDER BY and HAVING", () => {
    const { body } = bind("SELECT temp + 1 AS temp FROM home GROUP BY temp ORDER BY temp");
    assert.equal(body.body === "select" && body.aggregation?.groups[0]?.node, "column");
    assert.deepEqual(bind("SELECT temp + 1 AS temp FROM home ORDER BY temp").orderBy[0]?.by, { output: 0 });
    assert.match(failure("SELECT avg(temp) AS co FROM home GROUP BY room HAVING co > 1"), /^no error$/);
  });

  it("gives columns the default names of the original", () => {
    const expected: Readonly<Record<string, string>> = {
      "count(*)": "count(*)",
      "COUNT(co)": "count(home.co)",
      "mean(temp)": "avg(home.temp)",
      "1 + 2": "Int64(1) + Int64(2)",
      "1.5": "Float64(1.5)",
      "'abc' ~ 'a.*'": 'Utf8("abc") ~ Utf8("a.*")',
      "5 ^ 3": "Int64(5) BIT_XOR Int64(3)",
      "max(temp) - min(temp)": "max(home.temp) - min(home.temp)",
      "count(DISTINCT co)": "count(DISTINCT home.co)",
      "(1 + 2) * 3": "(Int64(1) + Int64(2)) * Int64(3)",
      "sum(co)::DOUBLE": "sum(home.co)",
    };
    for (const [sql, name] of Object.entries(expected))
      assert.deepEqual(names(`SELECT ${sql} FROM home`), [name]);
  });

  it("types every expression", () => {
    const expected: Readonly<Record<string, string>> = {
      "co / 2": "Int64",
      "co / 2.0": "Float64",
      "sum(co)": "Int64",
      "avg(co)": "Float64",
      "min(room)": "Dictionary(Int32, Utf8)",
      "max(time)": "Timestamp(ns)",
      "max(time) - min(time)": "Duration(ns)",
      "count(*) > 1": "Boolean",
      "date_bin(INTERVAL '1 hour', max(time))": "Timestamp(ns)",
      "tz(max(time), 'Europe/Paris')": 'Timestamp(ns, "Europe/Paris")',
      "coalesce(sum(co), 1.5)": "Float64",
      "array_agg(co)": "List(nullable Int64)",
      "selector_max(temp, time)['time']": "Timestamp(ns)",
      NULL: "Null",
    };
    for (const [sql, type] of Object.entries(expected))
      assert.deepEqual(types(`SELECT ${sql} FROM home`), [type], sql);
  });

  it("checks calls against the function table", () => {
    assert.match(
      failure("SELECT nope(1)"),
      /^plan: Error during planning: Invalid function 'nope'\.\nDid you mean/,
    );
    assert.match(failure("SELECT avgg(co) FROM home"), /Did you mean 'avg'\?/);
    assert.match(failure("SELECT abs(1, 2)"), /Function 'abs' expects 1 argument but received 2/);
    assert.match(failure("SELECT constructor(1)"), /Invalid function 'constructor'/);
    assert.match(failure("SELECT rank() FROM home"), /Invalid function 'rank'.*OVER/);
  });

  it("has one function per name", () => {
    const all = FUNCTIONS.flatMap((f) => [f.name, ...f.aliases]);
    assert.equal(new Set(all).size, all.length);
    assert.equal(new Set(functionNames()).size, functionNames().length);
    assert.equal(findFunction("mean"), findFunction("avg"));
  });

  it("takes parameters by the form of their value", () => {
    const typeOf = (value: ParamValue) => arrowTypeName(bind("SELECT $p", { p: value }).columns[0]!.type);
    assert.equal(typeOf("x"), "Utf8");
    assert.equal(typeOf(1), "Int64");
    assert.equal(typeOf(1.5), "Float64");
    assert.equal(typeOf(18446744073709551615n), "UInt64");
    assert.equal(typeOf(true), "Boolean");
    assert.equal(typeOf(null), "Null");
    assert.match(failure("SELECT $host"), /No value found for placeholder with name \$host/);
    assert.deepEqual(names("SELECT co FROM home WHERE room = '$room'"), ["co"]);
  });

  it("answers for the catalog", () => {
    const shown = showTablesRows(schema).map((row) => row.slice(1));
    assert.deepEqual(shown.slice(0, 5), [
      ["iox", "Camel", "BASE TABLE"],
      ["iox", "home", "BASE TABLE"],
      ["iox", "zebra", "BASE TABLE"],
      ["iox", "été", "BASE TABLE"],
      ["system", "queries", "BASE TABLE"],
    ]);
    assert.deepEqual(
      shown.slice(5).map((row) => row[1]),
      ["tables", "views", "columns", "df_settings", "schemata", "routines", "parameters"],
    );
    assert.deepEqual(describeRows(schema.table("iox", "home")!).at(-1), ["time", "Timestamp(ns)", "NO"]);
    const columns = informationSchemaRows(schema, "columns").filter((row) => row[2] === "home");
    assert.deepEqual(
      columns.map((row) => [row[3], row[4], row[7]]),
      [
        ["co", 0n, "Int64"],
        ["room", 1n, "Dictionary(Int32, Utf8)"],
        ["temp", 2n, "Float64"],
        ["time", 3n, "Timestamp(ns)"],
      ],
    );
  });
});
