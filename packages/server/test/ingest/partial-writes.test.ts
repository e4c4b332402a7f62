import assert from "node:assert/strict";
import { ServerError } from "#src/foundation/index.js";
import { type Rig, rig, rowsOf } from "./rig.ts";

interface Case {
  name: string;
  /** Written first; must be accepted. */
  before?: string;
  lines: string;
  /** Error text by line number. */
  errors: Record<number, string>;
  rows: Record<string, unknown>[];
}

const CONFLICT = (column: string, expected: string, got: string): string =>
  `invalid column type for column '${column}', expected iox::column_type::${expected}, got iox::column_type::${got}`;

const CASES: Case[] = [
  {
    name: "a line that does not parse",
    lines: "cpu,host=a val=1i 123\ncpu,host=a val= 123\ncpu,host=b val=2i 123",
    errors: { 2: "No fields were provided" },
    rows: [
      { host: "a", time: 123n, val: 1n },
      { host: "b", time: 123n, val: 2n },
    ],
  },
  {
    name: "line numbers that skip blank lines and comments",
    lines: "\n# comment\ncpu v=1 1\n\n  \n# more\ncpu v= 2\ncpu v=3 3",
    errors: { 2: "No fields were provided" },
    rows: [
      { time: 1n, v: 1 },
      { time: 3n, v: 3 },
    ],
  },
  {
    name: "a field of another type than the first line of the request gave it",
    lines: "cpu v=1i 1\ncpu v=2 2\ncpu v=3i 3",
    errors: { 2: CONFLICT("v", "field::integer", "field::float") },
    rows: [
      { time: 1n, v: 1n },
      { time: 3n, v: 3n },
    ],
  },
  ...(["1", "1i", "1u", "t", '"s"'] as const).flatMap((first) =>
    (["1", "1i", "1u", "t", '"s"'] as const)
      .filter((second) => second !== first)
      .map((second) => ({
        name: `${second} after ${first}`,
        before: `cpu v=${first} 1`,
        lines: `cpu v=${second} 2`,
        errors: { 1: CONFLICT("v", `field::${typeName(first)}`, `field::${typeName(second)}`) },
        rows: [{ time: 1n, v: storedValue(first) }],
      })),
  ),
  {
    name: "a field that is a tag of the table",
    before: "cpu,v=x f=1 1",
    lines: "cpu v=2 2",
    errors: { 1: CONFLICT("v", "tag", "field::float") },
    rows: [{ v: "x", time: 1n, f: 1 }],
  },
  {
    name: "a tag that is a field of the table",
    before: "cpu f=1 1",
    lines: "cpu,f=x g=2 2",
    errors: { 1: CONFLICT("f", "field::float", "tag") },
    rows: [{ time: 1n, f: 1 }],
  },
  {
    name: "a name that is tag and field of one line",
    lines: "m,f=1 f=2 1",
    errors: { 1: CONFLICT("f", "tag", "field::float") },
    rows: [],
  },
  {
    name: "a field twice in one line",
    lines: "cpu f=1,f=2 1\ncpu f=1 2",
    errors: { 1: "invalid line protocol - multiple instances of 'f' field found" },
    rows: [{ time: 2n, f: 1 }],
  },
  {
    name: "a tag twice in one line",
    lines: "cpu,t=a,t=b f=1 1\ncpu,t=a f=1 2",
    errors: { 1: "Must not contain duplicate tags, but `t` was repeated" },
    rows: [{ t: "a", time: 2n, f: 1 }],
  },
  {
    name: "time as a field of a new table",
    lines: "cpu time=1 1",
    errors: { 1: "'time' is a reserved column" },
    rows: [],
  },
  {
    name: "time as a tag of a new table",
    lines: "cpu,time=1 f=1 1",
    errors: { 1: "'time' is a reserved column" },
    rows: [],
  },
  {
    name: "time as a field of a known table",
    lines: 'cpu f=1 1\ncpu time="x" 2',
    errors: { 2: CONFLICT("time", "timestamp", "field::string") },
    rows: [{ time: 1n, f: 1 }],
  },
  {
    name: "time as a tag of a known table",
    before: "cpu f=1 1",
    lines: "cpu,time=1 f=1 2",
    errors: { 1: CONFLICT("time", "timestamp", "tag") },
    rows: [{ time: 1n, f: 1 }],
  },
  {
    name: "the other reserved column",
    before: "cpu f=1 1",
    lines: "cpu,__chunk_order=1 f=1 2\ncpu __chunk_order=1i 2",
    errors: { 1: "'__chunk_order' is a reserved column", 2: "'__chunk_order' is a reserved column" },
    rows: [{ time: 1n, f: 1 }],
  },
  {
    name: "columns of a bad line, which leave no trace",
    lines: 'cpu,a=1 b=1,c=1,b="x" 1\ncpu,x=1 x=1i 1\ncpu c=1i 2',
    errors: {
      1: "invalid line protocol - multiple instances of 'b' field found",
      2: CONFLICT("x", "tag", "field::integer"),
    },
    rows: [{ time: 2n, c: 1n }],
  },
];

function typeName(literal: string): string {
  return { "1": "float", "1i": "integer", "1u": "uinteger", t: "boolean" }[literal] ?? "string";
}

function storedValue(literal: string): unknown {
  return { "1": 1, "1i": 1n, "1u": 1n, t: true }[literal] ?? "s";
}

const columnsOf = ({ catalog }: Rig): unknown =>
  [...(catalog.database("db")?.tables() ?? [])].map((table) => [
    table.name,
    table.columns.map(({ name, kind }) => `${kind} ${name}`),
  ]);

describe("partial writes", () => {
  for (const { name, before, lines, errors, rows } of CASES) {
    it(`report ${name} and keep the other lines`, async () => {
      const db = await rig();
      if (before !== undefined) assert.deepEqual((await db.write(before)).errors, []);
      const result = await db.write(lines);
      const reported = Object.fromEntries(
        result.errors.map(({ line_number, error_message }) => [line_number, error_message]),
      );
      assert.deepEqual(reported, errors);
      assert.deepEqual(rowsOf(db, "cpu"), rows);
    });

    it(`refuse ${name} as a whole when nothing partial is wanted`, async () => {
      const db = await rig();
      if (before !== undefined) await db.write(before);
      const [firstLine, firstError] = Object.entries(errors)[0]!;
      const state = { rows: rowsOf(db, "cpu"), schema: columnsOf(db), sequence: db.catalog.sequence };
      await assert.rejects(db.write(lines, { acceptPartial: false }), (error: ServerError) => {
        assert.equal(error.code, "line_protocol_error");
        const data = error.data as { line_number: number; error_message: string };
        assert.deepEqual([data.line_number, data.error_message], [Number(firstLine), firstError]);
        return true;
      });
      assert.deepEqual(
        { rows: rowsOf(db, "cpu"), schema: columnsOf(db), sequence: db.catalog.sequence },
        state,
      );
      assert.equal(db.wal.reserved, 0);
      // What the refused lines taught must be forgotten too: the same request is judged the same way again.
      const again = await db.write(lines);
      assert.equal(again.errors[0]?.error_message, firstError);
      assert.deepEqual(rowsOf(db, "cpu"), rows);
    });
  }

  it("add nothing to the catalog that only bad lines asked for", async () => {
    const db = await rig();
    await db.write("cpu v=1 1\ncpu,new=a v=1i 2\nmem,t=x t=1 3");
    assert.deepEqual(columnsOf(db), [["cpu", ["time time", "field v"]]]);
  });

  it("create no database for lines that are all bad", async () => {
    const db = await rig();
    const { acceptedLines, errors } = await db.write("m f=\nm\n");
    assert.deepEqual([acceptedLines, errors.length], [0, 2]);
    assert.equal(db.catalog.database("db"), undefined);
    assert.equal(db.wal.stored.length, 0);
  });

  it("quote at most 20 bytes of a bad line and no half character", async () => {
    const db = await rig();
    const { errors } = await db.write("měření,místností=x f=\nshort\n12345678901234567890123 f=");
    assert.deepEqual(
      errors.map(({ original_line }) => original_line),
      ["měření,místnost", "short", "12345678901234567890"],
    );
    assert.ok(errors.every(({ original_line }) => Buffer.byteLength(original_line) <= 20));
  });

  it("store exactly the accepted lines", async () => {
    const db = await rig();
    await db.write("# hello\na f=1 1\nb f=\n\nc f=2 2\nd\ne\nf f=3 3");
    const text = db.wal.stored.map(({ bytes }) => Buffer.from(bytes).toString());
    assert.deepEqual(text, ["# hello\na f=1 1\n\nc f=2 2\nf f=3 3"]);
  });

  it("say how many errors they do not list", async () => {
    const db = await rig();
    const { errors, acceptedLines } = await db.write(`ok f=1\n${"x\n".repeat(12_345)}`);
    assert.deepEqual([acceptedLines, errors.length], [1, 10_001]);
    assert.equal(
      errors.at(-1)?.error_message,
      "2345 more lines from here on were rejected and are not listed",
    );
    assert.equal(errors.at(-1)?.line_number, 10_002);
  });
});

describe("schema limits", () => {
  it("refuse the table and the column that would be too many, line by line", async () => {
    const db = await rig({ catalogLimits: { maxTables: 2, maxColumns: 3 } });
    const { errors } = await db.write(
      "a,t=1 f=1,g=1 1\na,t=1 f=1,g=1,h=1 2\na,u=1 f=1 2\nb f=1 1\nc f=1 1\na,t=2 g=2 3",
    );
    assert.deepEqual(
      errors.map(({ line_number, error_message }) => [line_number, error_message]),
      [
        [2, "Update to schema would exceed number of columns per table limit of 3 columns"],
        [3, "Update to schema would exceed number of columns per table limit of 3 columns"],
        [
          5,
          "Update to schema would exceed number of tables limit: attempted to create table but already have 2 table(s) (limit: 2)",
        ],
      ],
    );
    assert.equal(rowsOf(db, "a").length, 2);
    assert.equal(rowsOf(db, "b").length, 1);
  });

  it("refuse the database that would be one too many, before any line", async () => {
    const db = await rig({ catalogLimits: { maxDatabases: 1 } });
    await db.write("m f=1");
    await assert.rejects(db.write("m f=1", { database: "other" }), {
      code: "too_many_databases",
      status: 422,
    });
    assert.equal(db.wal.reserved, 0);
  });
});

describe("bodies that are no writes", () => {
  for (const body of ["", "\n\n", "# only\n  # comments", "   "]) {
    it(`refuse ${JSON.stringify(body)}`, async () => {
      const db = await rig();
      for (const acceptPartial of [true, false]) {
        await assert.rejects(db.write(body, { acceptPartial }), { message: "incoming write was empty" });
      }
      assert.equal(db.catalog.database("db"), undefined);
      assert.equal(db.wal.reserved, 0);
    });
  }

  it("refuse bytes that are not UTF-8 and say where", async () => {
    const db = await rig();
    const body = Buffer.concat([Buffer.from("m f=1\nm,t="), Buffer.from([0xff]), Buffer.from(" f=1")]);
    await assert.rejects(db.write(body), {
      code: "body_not_utf8",
      message: "body content is not valid utf8: invalid utf-8 sequence of 1 bytes from index 10",
    });
    assert.equal(db.wal.reserved, 0);
  });

  it("refuse names that no database can have", async () => {
    const db = await rig();
    await assert.rejects(db.write("m f=1", { database: "_no" }), ServerError);
    await assert.rejects(db.write("m f=1", { database: "_internal" }), { code: "internal_database_modify" });
  });
});
