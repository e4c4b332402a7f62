import assert from "node:assert/strict";
import { readResult, resultPage } from "#src/results/index.js";

describe("results of queries", () => {
  it("keep all digits, all columns and the order of rows", () => {
    const table = readResult('[{"b":9007199254740993,"time":"2026"},{"a":true,"time":"2027"}]', 10);
    assert.deepEqual(table.columns, ["b", "time", "a"]);
    assert.deepEqual(table.rows, [
      ["9007199254740993", "2026", null],
      [null, "2027", "true"],
    ]);
  });

  it("show the first rows and count all", () => {
    const table = readResult('[{"a":1},{"a":2},{"b":3}]', 2);
    assert.equal(table.rows.length, 2);
    assert.equal(table.rowCount, 3);
    assert.deepEqual(table.columns, ["a", "b"]);
    const page = resultPage(table, { title: "home", note: "", nonce: "n" });
    assert.match(page, /3 rows, the first 2 are shown/);
  });

  it("may be empty, and must be lists", () => {
    assert.deepEqual(readResult("[]", 5), { columns: [], rows: [], rowCount: 0 });
    assert.throws(() => readResult('{"error":1}', 5), /no list of rows/);
  });

  it("are shown as text whatever they hold, on a page that runs nothing", () => {
    const table = { columns: ["<b>"], rows: [["<script>alert(1)</script>"], ['"&']], rowCount: 2 };
    const page = resultPage(table, { title: "a<b", note: "SELECT '<i>'", nonce: "n0" });
    assert.ok(!page.includes("<script>"));
    assert.match(page, /<th scope="col">&lt;b&gt;<\/th>/);
    assert.match(page, /&quot;&amp;/);
    assert.match(page, /default-src 'none'; style-src 'nonce-n0'/);
  });
});
