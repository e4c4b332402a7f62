import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BufferMirror, BufferStore, type TableBuffer } from "#src/buffer/index.js";
import { type ReadAs, readRows } from "./read-view.ts";
import { mergePoints, type WrittenRow, writeRow } from "./write-rows.ts";

const COLUMNS: Record<number, ReadAs> = { 3: "float", 4: "integer", 5: "string" };
const TAGS = 3;

function connect(options: { sortRowsUpTo?: number } = {}) {
  const store = new BufferStore({ hashSeed: 7 });
  const mirror = new BufferMirror({ hashSeed: 9, ...options });
  store.onMessage((batch) => mirror.apply(batch));
  return { store, mirror };
}

function publish(store: BufferStore, table: TableBuffer): void {
  store.publish([[table, table.position()]]);
}

const row = (host: string | null, time: bigint, fields: WrittenRow["fields"]): WrittenRow => ({
  tags: [host, null, null],
  time,
  fields,
});

const shown = (mirror: BufferMirror, tableId = 1) => readRows(mirror.views(tableId)[0]!, TAGS, COLUMNS);

describe("a rollback", () => {
  it("gives memory back that only taken-back rows used", () => {
    const { store } = connect();
    const table = store.openTable(1);
    writeRow(table, row("a", 1n, { 3: 1 }));
    const mark = table.position();
    const before = store.bytes;
    for (let i = 0; i < 20_000; i++) writeRow(table, row("a", BigInt(i + 2), { 3: 1, 5: "text" }));
    assert.ok(store.bytes > before * 10);
    table.truncate(mark);
    // What small blocks share is kept for the next rows of the table.
    assert.ok(store.bytes < before + 70_000, `${store.bytes} bytes after, ${before} before`);
    const after = store.bytes;
    for (let turn = 0; turn < 20; turn++) {
      for (let i = 0; i < 2000; i++) writeRow(table, row("a", BigInt(i + 2), { 3: 1, 5: "text" }));
      table.truncate(mark);
    }
    assert.equal(store.bytes, after);
  });
});

describe("a buffer that gets no more memory", () => {
  const Memory = globalThis.SharedArrayBuffer;
  afterEach(() => Object.assign(globalThis, { SharedArrayBuffer: Memory }));

  /** The n-th allocation from now on fails, those after it do not. */
  function failAllocation(n: number): { happened: boolean } {
    const failure = { happened: false };
    let count = 0;
    const Failing = new Proxy(Memory, {
      construct(target, args: [number]) {
        if (++count !== n) return new target(...args);
        failure.happened = true;
        throw new RangeError("Array buffer allocation failed");
      },
    });
    Object.assign(globalThis, { SharedArrayBuffer: Failing });
    return failure;
  }

  it("takes the write back, whichever allocation fails, and works as before when there is memory again", () => {
    const kept = Array.from({ length: 20 }, (_, i) => row(`a${i + 10}`, 1n, { 3: i }));
    const rows = Array.from({ length: 1600 }, (_, i) => ({
      ...row("", 2n, { 4: BigInt(i), 5: `text ${i}` }),
      tags: [i < 20 ? `a${i + 10}` : `b${i + 1000}`, i % 3 === 0 ? `t${i}` : null, null],
    }));
    for (let n = 1; ; n++) {
      const { store, mirror } = connect({ sortRowsUpTo: 0 });
      const table = store.openTable(1);
      for (const item of kept) writeRow(table, item);
      publish(store, table);
      const before = table.position();
      const failure = failAllocation(n);
      try {
        for (const item of rows) writeRow(table, item);
      } catch (error) {
        assert.ok(error instanceof RangeError);
        table.truncate(before);
      }
      Object.assign(globalThis, { SharedArrayBuffer: Memory });
      if (!failure.happened) {
        assert.ok(n > 15, `only ${n} allocations`);
        return;
      }
      for (const item of rows) writeRow(table, item);
      publish(store, table);
      assert.deepEqual(shown(mirror), mergePoints([...kept, ...rows]), `allocation ${n}`);
    }
  });
});

describe("buffer memory", () => {
  it("counts the bytes of all tables and none after they are dropped", () => {
    const { store } = connect();
    for (let id = 0; id < 50; id++) {
      const table = store.openTable(id);
      for (let i = 0; i < 100; i++) writeRow(table, row(`h${i}`, 1n, { 3: 1, 5: "text" }));
    }
    assert.ok(store.bytes > 0);
    for (let id = 0; id < 50; id++) store.dropTable(id);
    assert.equal(store.bytes, 0);
  });

  it("stays small for thousands of small tables", () => {
    const { store } = connect();
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i + 1, i]));
    for (let id = 0; id < 2000; id++) writeRow(store.openTable(id), row("a", 1n, fields));
    assert.ok(store.bytes < 2000 * 25_000, `${store.bytes} bytes`);
  });
});

describe("the memory that is counted", () => {
  it("is what the process takes, also for thousands of small tables", async () => {
    const script = fileURLToPath(new URL("./fixtures/small-tables.mjs", import.meta.url));
    const tables = 4000;
    const arguments_ = ["--expose-gc", script, String(tables), "20"];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_);
    const { rss, counted } = JSON.parse(stdout) as { rss: number; counted: number };
    assert.ok(counted < tables * 25_000, `${counted / tables} bytes a table are counted`);
    // The heap's room for new objects and what the allocator keeps back do not grow with the tables.
    assert.ok(rss < counted * 1.3 + 32 * 2 ** 20, `${rss} bytes more, ${counted} counted`);
  });
});
