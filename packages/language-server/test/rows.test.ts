import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { CancellationToken } from "vscode-languageserver/node";
import { DEFAULT_SETTINGS } from "#src/analysis/index.js";
import { PluginDocument } from "#src/plugin-document/index.js";
import { type PrivateRoot, preparePrivateRoot, TypeChecker } from "#src/pyright/index.js";
import { PythonFeatures } from "#src/python-features/index.js";
import { readMarkers } from "./support/markers.ts";

const script = createRequire(import.meta.url).resolve("pyright/langserver.index.js");
const SQL = 'SELECT host, "usage-%" FROM cpu';
const ROWS = {
  tables: [
    {
      name: "cpu",
      columns: [
        { name: "host", type: "str" },
        { name: "usage", type: "float" },
      ],
    },
    { name: "disk io", columns: [{ name: "read-bytes", type: "int" }] },
    { name: "disk_io", columns: [{ name: "é", type: "int" }] },
  ],
  queries: [
    {
      sql: SQL,
      columns: [
        { name: "host", type: "str | None" },
        { name: "usage-%", type: "float | None" },
      ],
    },
  ],
};

describe("rows of known columns", () => {
  let directory: string;
  let root: PrivateRoot;
  let checker: TypeChecker;
  let python: PythonFeatures;
  let files = 0;

  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "millrace-rows-"));
    root = await preparePrivateRoot({ parent: directory });
    checker = new TypeChecker({
      script,
      rootUri: root.uri,
      env: process.env,
      onRestart: () => {},
      onGiveUp: () => {},
    });
    python = new PythonFeatures(checker, root.stubUri);
    checker.start();
    python.setRowTypes(ROWS);
  });

  after(() => {
    checker.stop();
    root.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  function open(lines: string) {
    const { text, cursors } = readMarkers(
      `def process_writes(influxdb3_local, table_batches, args=None):\n${lines}\n`,
    );
    const document = PluginDocument.parse(`file:///plugins/p${++files}.py`, 1, text);
    python.update(document);
    return { document, cursors };
  }

  const messages = async (lines: string) =>
    (await python.diagnostics(open(lines).document, DEFAULT_SETTINGS, CancellationToken.None)).map(
      (it) => it.message,
    );

  async function labels(lines: string): Promise<string[]> {
    const { document, cursors } = open(lines);
    const position = document.positions.positionAt(cursors[0]!);
    const list = await python.complete(document, position, CancellationToken.None);
    return list?.items.map((it) => it.label).sort() ?? [];
  }

  const loop = (line: string) =>
    `    for batch in table_batches:\n        for row in batch["rows"]:\n            ${line}`;

  it("complete the columns of all tables in rows of batches", async () => {
    assert.deepEqual(await labels(loop('row["‸"]')), ['"host"', '"read-bytes"', '"usage"', '"é"']);
  });

  it("complete the columns that a query returns", async () => {
    const query = `    rows = influxdb3_local.query('${SQL}')\n    rows[0]["‸"]`;
    assert.deepEqual(await labels(query), ['"host"', '"usage-%"']);
  });

  it("find columns that no table has, once", async () => {
    assert.deepEqual(await messages(loop('row["usge"]')), [
      "No table here has a column 'usge'; did you mean 'usage'?",
    ]);
  });

  it("find columns that a query does not return", async () => {
    assert.deepEqual(await messages(`    for row in influxdb3_local.query('${SQL}'):\n        row["hots"]`), [
      "The query returns no column 'hots'; did you mean 'host'?",
    ]);
  });

  const silent: [what: string, lines: string][] = [
    ["columns of another table", loop('row["read-bytes"]')],
    ["keys that the plugin adds", loop('row["added"] = 1; row["added"]')],
    ["rows passed on as dicts", `${loop("helper(row, batch)")}\n\ndef helper(row: dict, batch: dict): pass`],
    ["rows put together anew", loop('x = {**row, "more": 1}; x["more"]; row.pop("host"); del row["usage"]')],
    [
      "tables that are not known",
      '    for b in table_batches:\n        if b["table_name"] == "new":\n            b["rows"]',
    ],
    [
      "rows of queries that are sorted and cut",
      `    rows = influxdb3_local.query('${SQL}')\n    sorted(rows[1:], key=lambda r: r["usage-%"])[0]["host"]`,
    ],
    ["other queries", '    influxdb3_local.query("SELECT 1")[0]["anything"]'],
  ];
  for (const [what, lines] of silent) {
    it(`say nothing about ${what}`, async () => assert.deepEqual(await messages(lines), []));
  }

  it("leave the checks of a query's arguments as they are", async () => {
    assert.deepEqual(await messages(`    influxdb3_local.query('${SQL}', {"a": 1})`), [
      "query: args must be dict[str, str] | None, not dict[str, int]. Values for `$name` in the statement. All of them must be strings; do not put quotes around `$name`.",
    ]);
    assert.deepEqual(await messages("    influxdb3_local.query()"), [
      "query: these arguments do not fit query(query, args=None, database=None).",
    ]);
  });

  it("are forgotten with the connection", async () => {
    const { document } = open(loop('row["usge"]'));
    const count = async () =>
      (await python.diagnostics(document, DEFAULT_SETTINGS, CancellationToken.None)).length;
    assert.equal(await count(), 1);
    assert.equal(python.setRowTypes({ tables: [], queries: [] }), true);
    assert.equal(await count(), 0);
    python.setRowTypes(ROWS);
    assert.equal(await count(), 1);
  });
});
