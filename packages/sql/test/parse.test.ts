import assert from "node:assert/strict";
import {
  checkLimits,
  initParser,
  MAX_SQL_DEPTH,
  MAX_SQL_LENGTH,
  PlanError,
  parseStatements,
} from "@millrace/sql";
import fc from "fast-check";

const messageOf = (sql: string): string => {
  try {
    parseStatements(sql);
    return "";
  } catch (error) {
    assert.ok(error instanceof PlanError);
    return error.message;
  }
};

describe("parsing", () => {
  before(initParser);

  it("words errors like the original", () => {
    assert.equal(
      messageOf("SELEC 1"),
      'SQL error: ParserError("Expected: an SQL statement, found: SELEC at Line: 1, Column: 1")',
    );
    assert.equal(
      messageOf("SELECT 'a"),
      'SQL error: TokenizerError("Unterminated string literal at Line: 1, Column: 8")',
    );
    assert.equal(
      messageOf('SELECT "a'),
      'SQL error: TokenizerError("Expected close delimiter \'\\"\' before EOF. at Line: 1, Column: 8")',
    );
    assert.equal(
      messageOf(`SELECT ${"(".repeat(48)}1${")".repeat(48)}`),
      "SQL error: RecursionLimitExceeded",
    );
  });

  it("reads # as exclusive or, outside of text and comments", () => {
    const same = (a: string, b: string) =>
      assert.equal(JSON.stringify(parseStatements(a)), JSON.stringify(parseStatements(b)));
    same("SELECT 5 # 3", "SELECT 5 ^ 3");
    assert.match(JSON.stringify(parseStatements("SELECT '#', \"#\" -- #")), /"#".*"#"/);
  });

  it("gives the same tree for the same text", () => {
    assert.equal(parseStatements("SELECT 42"), parseStatements("SELECT 42"));
  });

  it("refuses long and deep texts before the parser sees them", () => {
    assert.match(
      messageOf(`SELECT '${"x".repeat(MAX_SQL_LENGTH)}'`),
      /^Resources exhausted: the statement has \d+ characters/,
    );
    assert.match(
      messageOf(
        `SELECT ${Array(MAX_SQL_DEPTH + 2)
          .fill("a")
          .join("+")}`,
      ),
      /nests more than 500 operators/,
    );
    checkLimits(`SELECT ${Array(MAX_SQL_DEPTH).fill("a").join("+")}`);
  });

  it("counts depth, not length", () => {
    checkLimits(`SELECT ${Array(5_000).fill("a + b * (c - 1)").join(", ")}`);
    checkLimits(`SELECT 1 WHERE ${Array(240).fill("(a = 1 AND b = 2)").join(" OR ")}`);
    checkLimits(
      `SELECT '${"+".repeat(5_000)}', "${"+".repeat(5_000)}" /* ${"+".repeat(5_000)} */ -- ${"+".repeat(5_000)}`,
    );
    checkLimits(`SELECT $$${"+".repeat(5_000)}$$, E'\\'${"+".repeat(5_000)}', Q'[${"'+".repeat(5_000)}]'`);
  });

  it("is not led astray by quotes that only look closed", () => {
    const chain = Array(2_000).fill("a").join("+");
    for (const prefix of [
      "'\\' ",
      "E'\\'' ",
      "Q'[']' ",
      '"\\" ',
      "$a$ $a$ ",
      "/* /* */ */ ",
      "'''' ",
      "-- '\n",
    ]) {
      assert.match(messageOf(`SELECT ${prefix}, ${chain}`), /nests more than|SQL error/);
    }
  });

  it("survives whatever it is sent, and still parses afterwards", function () {
    this.timeout(60_000);
    const word = fc.constantFrom(
      ..."select from where not case when then else end cast( ( ) [ ] { } , ; + - * / = < > || :: . ' \" ` $$ $1 -- /* */ # and or in between interval is null as a 1 'x' join on union order by limit exists position( extract(".split(
        " ",
      ),
    );
    const texts = fc.array(fc.tuple(word, fc.integer({ min: 1, max: 60 })), { maxLength: 12 });
    fc.assert(
      fc.property(texts, (parts) => {
        messageOf(parts.map(([text, count]) => `${text} `.repeat(count)).join(""));
      }),
      { numRuns: 400, verbose: 1 },
    );
    assert.equal(messageOf("SELECT 1"), "");
  });
});
