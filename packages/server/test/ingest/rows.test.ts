import assert from "node:assert/strict";
import { Precision } from "@millrace/line-protocol";
import { NOW_NS, rig, rowsOf } from "./rig.ts";

describe("rows", () => {
  it("keep every type and its extremes", async () => {
    const db = await rig();
    await db.write(
      [
        'm f=1.5,i=-9223372036854775808i,u=18446744073709551615u,b=t,s="a \\"b\\" \\\\ c,=\n d" -9223372036854775808',
        'm f=-0.0,i=9223372036854775807i,u=0u,b=false,s="" 9223372036854775807',
      ].join("\n"),
    );
    assert.deepEqual(rowsOf(db, "m"), [
      { time: -(2n ** 63n), f: 1.5, i: -(2n ** 63n), u: 2n ** 64n - 1n, b: true, s: 'a "b" \\ c,=\n d' },
      { time: 2n ** 63n - 1n, f: -0, i: 2n ** 63n - 1n, u: 0n, b: false, s: "" },
    ]);
  });

  it("get the time of the request, cut to the precision, when they have none", async () => {
    const db = await rig();
    await db.write("a f=1\nb f=1", { precision: Precision.second });
    await db.write("c f=1", { precision: Precision.auto });
    const second = (NOW_NS / 1_000_000_000n) * 1_000_000_000n;
    assert.deepEqual(
      ["a", "b", "c"].map((table) => rowsOf(db, table)[0]?.["time"]),
      [second, second, NOW_NS],
    );
  });

  it("of one point merge field by field, the later line and the later request winning", async () => {
    const db = await rig();
    await db.write("m,t=a f=1,g=1 1\nm,t=a f=2 1\nm f=9 1");
    await db.write("m,t=a h=3 1\nm g=8 1\nm,t=a g=7 1");
    assert.deepEqual(rowsOf(db, "m"), [
      { t: null, time: 1n, f: 9, g: 8 },
      { t: "a", time: 1n, f: 2, g: 7, h: 3 },
    ]);
  });

  it("are one point whatever the order and the spelling of their tags", async () => {
    const db = await rig();
    await db.write("m,a=1,b=x\\ y f=1 1\nm,b=x\\ y,a=1 g=2 1\nm,a=1,b=z f=3 1");
    assert.deepEqual(rowsOf(db, "m"), [
      { a: "1", b: "x y", time: 1n, f: 1, g: 2 },
      { a: "1", b: "z", time: 1n, f: 3 },
    ]);
  });

  it("keep names that differ in case only apart", async () => {
    const db = await rig();
    await db.write('m,Tag=1,tag=2 Field=1,field=2i,FIELD="x" 1\nM field=t 1');
    assert.deepEqual(rowsOf(db, "m"), [{ Tag: "1", tag: "2", time: 1n, Field: 1, field: 2n, FIELD: "x" }]);
    assert.deepEqual(rowsOf(db, "M"), [{ time: 1n, field: true }]);
  });

  it("written before a tag existed do not have it", async () => {
    const db = await rig();
    await db.write("m,a=1 f=1 1\nm f=1 1");
    await db.write("m,b=2,a=1 f=2 1");
    await db.write("m,a=1 g=3 1");
    const table = db.catalog.database("db")!.table("m")!;
    assert.deepEqual(
      table.tags.map(({ name }) => name),
      ["a", "b"],
    );
    assert.deepEqual(rowsOf(db, "m"), [
      { a: null, b: null, time: 1n, f: 1 },
      { a: "1", b: null, time: 1n, f: 1, g: 3 },
      { a: "1", b: "2", time: 1n, f: 2 },
    ]);
  });

  it("of different databases stay apart", async () => {
    const db = await rig();
    await db.write("m f=1 1", { database: "one" });
    await db.write("m f=1i 1", { database: "two/rp" });
    assert.deepEqual(rowsOf(db, "m", "one"), [{ time: 1n, f: 1 }]);
    assert.deepEqual(rowsOf(db, "m", "two/rp"), [{ time: 1n, f: 1n }]);
  });

  it("arrive from a body in any number of pieces", async () => {
    const db = await rig();
    const body = Buffer.from('m,t=é f="ü\n" 1\nm,t=é g=2 2');
    const pieces = Array.from(body, (_, i) => body.subarray(i, i + 1));
    await db.write("", { body: pieces, sizeBytes: body.length });
    assert.deepEqual(rowsOf(db, "m"), [
      { t: "é", time: 1n, f: "ü\n" },
      { t: "é", time: 2n, g: 2 },
    ]);
  });

  it("of thousands of series and hundreds of columns are all there", async () => {
    const db = await rig();
    const fields = Array.from({ length: 300 }, (_, i) => `f${i}=${i}i`).join(",");
    const lines = Array.from(
      { length: 5000 },
      (_, i) => `m,host=h${i},rack=r${i % 7} f${i % 300}=${i}i ${i}`,
    );
    const { acceptedLines } = await db.write([...lines, `m ${fields} 1`].join("\n"));
    assert.equal(acceptedLines, 5001);
    const rows = rowsOf(db, "m");
    assert.equal(rows.length, 5001);
    assert.equal(Object.keys(rows[0]!).length, 303);
    for (const row of rows.slice(1)) assert.equal(row["host"], `h${row["time"]}`);
  });
});

describe("schema changes", () => {
  it("are in the catalog before the rows are in the log", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    await db.write("m,t=1 g=1 2");
    const sequences = db.wal.stored.map(({ catalogSequence }) => catalogSequence);
    assert.deepEqual(sequences, [db.catalog.sequence - 1, db.catalog.sequence]);
  });

  it("by someone else in between are seen, and the write is judged by them", async () => {
    const db = await rig();
    const commands = db.catalog.databaseCommands;
    await commands.createDatabase("db");
    const creating = commands.createTable("db", "m", [], [{ name: "f", type: "int64" }]);
    const write = db.write("m f=1 1\nm f=2i 2\nn f=1 1");
    await creating;
    const { errors } = await write;
    assert.deepEqual(
      errors.map(({ line_number }) => line_number),
      [1],
    );
    assert.deepEqual(rowsOf(db, "m"), [{ time: 2n, f: 2n }]);
    assert.deepEqual(rowsOf(db, "n"), [{ time: 1n, f: 1 }]);
  });

  it("by someone else while a long write is under way make it start over with them", async () => {
    const turns: (() => void)[] = [];
    const db = await rig({
      limits: { sliceLines: 1 },
      yieldTurn: () => new Promise((resolve) => turns.push(resolve)),
    });
    const write = db.write("a f=1 1\nb f=1 1\nb g=1 2");
    const commands = db.catalog.databaseCommands;
    await commands.createTable("db", "b", ["t"], [{ name: "f", type: "int64" }]);
    let settled = false;
    const result = write.finally(() => {
      settled = true;
    });
    for (let turn = 0; turn < 100 && !settled; turn++) {
      turns.shift()?.();
      await new Promise(setImmediate);
    }
    const { errors } = await result;
    assert.deepEqual(
      errors.map(({ line_number }) => line_number),
      [2],
    );
    assert.deepEqual(rowsOf(db, "a"), [{ time: 1n, f: 1 }]);
    assert.deepEqual(rowsOf(db, "b"), [{ t: null, time: 2n, g: 1 }]);
    assert.equal(db.wal.stored.length, 1);
  });

  it("of many writers at once lose nothing", async () => {
    const db = await rig({ limits: { sliceLines: 3 } });
    const writes = Array.from({ length: 40 }, (_, i) =>
      db.write(
        Array.from({ length: 8 }, (_, k) => `m${k % 3},t${i % 5}=x f${(i + k) % 11}=1 ${i * 8 + k}`).join(
          "\n",
        ),
      ),
    );
    for (const { errors } of await Promise.all(writes)) assert.deepEqual(errors, []);
    const rows = [0, 1, 2].flatMap((k) => rowsOf(db, `m${k}`));
    assert.equal(rows.length, 320);
  });

  it("that delete a table let its name begin anew", async () => {
    const db = await rig();
    await db.write("m,t=a f=1 1\nn f=1 1");
    const before = db.buffer.bytes;
    await db.catalog.databaseCommands.deleteTable("db", "m", { kind: "default" });
    assert.ok(db.buffer.bytes < before);
    assert.deepEqual(rowsOf(db, "m"), []);
    await db.write("m f=2i 2");
    assert.deepEqual(rowsOf(db, "m"), [{ time: 2n, f: 2n }]);
    assert.deepEqual(rowsOf(db, "n"), [{ time: 1n, f: 1 }]);
  });

  it("that delete a database free its memory", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    await db.catalog.databaseCommands.deleteDatabase("db", { kind: "default" });
    assert.equal(db.buffer.bytes, 0);
    await db.write("m f=2i 2");
    assert.deepEqual(rowsOf(db, "m"), [{ time: 2n, f: 2n }]);
  });
});
