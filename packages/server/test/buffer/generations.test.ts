import assert from "node:assert/strict";
import fc from "fast-check";
import { BufferMirror, BufferStore } from "#src/buffer/index.js";
import {
  aRow,
  connect,
  present,
  publish,
  row,
  rowsOf,
  shown,
  write,
  writeDurably,
} from "./generation-rig.ts";
import { inSeriesOrder, mergePoints, type WrittenRow, writeRow } from "./write-rows.ts";

describe("generations of the buffer", () => {
  it("are frozen by a rotation, and later rows are of the next one", () => {
    const { store, mirror } = connect();
    writeDurably(store, [row("a", 1n)]);
    writeDurably(store, [row("x", 1n)], 2);
    const frozen = store.rotate()!;
    assert.equal(frozen.generation, 1);
    assert.equal(store.generation, 2);
    assert.equal(store.activeBytes, 0);
    assert.deepEqual(
      frozen.tables.map(({ tableId, generation }) => [tableId, generation]),
      [
        [1, 1],
        [2, 1],
      ],
    );
    writeDurably(store, [row("a", 2n)]);
    assert.deepEqual(shown(mirror), [[row("a", 1n)], [row("a", 2n)]]);
    assert.deepEqual(
      mirror.views(1).map(({ generation }) => generation),
      [1, 2],
    );
    assert.deepEqual(shown(mirror, 2), [[row("x", 1n)]]);
    assert.deepEqual(
      store.frozen.map(({ generation }) => generation),
      [1],
    );
  });

  it("do not change when there are no rows", () => {
    const { store } = connect();
    assert.equal(store.rotate(), undefined);
    const table = write(store, [row("a", 1n)]);
    table.truncateToPublished();
    assert.equal(store.rotate(), undefined);
    assert.equal(store.generation, 1);
  });

  it("let rows in flight at the rotation become visible or go", () => {
    const { store, mirror } = connect();
    const kept = write(store, [row("a", 1n)]);
    const position = kept.position();
    writeRow(kept, row("a", 2n));
    const lost = write(store, [row("b", 1n)], 2);
    const frozen = store.rotate()!;
    store.publish([[kept, position]]);
    store.truncateToPublished();
    assert.equal(kept.rowCount, 1);
    assert.equal(lost.rowCount, 0);
    assert.deepEqual(
      frozen.tables.map(({ tableId }) => tableId),
      [1],
    );
    assert.deepEqual(shown(mirror), [[row("a", 1n)]]);
    assert.deepEqual(shown(mirror, 2), []);
  });

  it("are described whole, for a reader that gets nothing else", () => {
    const { store } = connect();
    const rows = Array.from({ length: 300 }, (_, i) => row(`h${i % 7}`, BigInt(i), { 3: i, 5: `text ${i}` }));
    const table = write(store, rows);
    const frozen = store.rotate()!;
    // The description may be taken before the last rows are durable.
    const batches = [...frozen.describe()];
    writeDurably(store, [row("later", 1n)]);
    publish(store, table);
    const reader = new BufferMirror();
    for (const batch of batches) reader.apply(structuredClone(batch));
    assert.deepEqual(shown(reader), [inSeriesOrder(rows)]);
  });

  it("are described in parts, between which others write and delete", () => {
    const { store, mirror } = connect();
    const tableIds = Array.from({ length: 300 }, (_, i) => i + 1);
    for (const id of tableIds) writeDurably(store, [row(`h${id}`, BigInt(id), { 3: id })], id);
    const frozen = store.rotate()!;
    const reader = new BufferMirror();
    let parts = 0;
    for (const batch of frozen.describe()) {
      assert.ok(batch.messages.length < 600, `${batch.messages.length} messages in one go`);
      reader.apply(structuredClone(batch));
      const id = 1_000 + parts++;
      // Opens a table without telling anybody yet.
      write(store, [row("new", 1n)], id);
      if (parts === 2) store.dropTable(2);
    }
    assert.ok(parts > 2, `${parts} parts`);
    for (const id of tableIds) {
      assert.deepEqual(shown(reader, id), [[row(`h${id}`, BigInt(id), { 3: id })]]);
      assert.equal(shown(mirror, id).length, id === 2 ? 0 : 1);
    }
    // What was opened between the parts is told to those who listen, and not to this reader.
    writeDurably(store, [row("new", 2n)], 1_000);
    assert.equal(shown(mirror, 1_000).flat().length, 2);
    assert.deepEqual(shown(reader, 1_000), []);
  });

  it("are all told to a reader that starts late", () => {
    const { store } = connect();
    writeDurably(store, [row("a", 1n)]);
    store.rotate();
    writeDurably(store, [row("b", 2n)]);
    store.rotate();
    writeDurably(store, [row("c", 3n)]);
    const late = new BufferMirror();
    store.onMessage((batch) => late.apply(batch));
    assert.deepEqual(shown(late), [[row("a", 1n)], [row("b", 2n)], [row("c", 3n)]]);
    store.dropGeneration(1, 1);
    const later = new BufferMirror();
    store.onMessage((batch) => later.apply(batch));
    assert.deepEqual(shown(later), [[row("b", 2n)], [row("c", 3n)]]);
    assert.throws(() => store.dropGeneration(1, 1), /generation 1 is not frozen/);
  });

  it("all lose a table that is deleted", () => {
    const { store, mirror } = connect();
    writeDurably(store, [row("a", 1n)]);
    const frozen = store.rotate()!;
    writeDurably(store, [row("a", 2n)]);
    store.dropTable(1);
    assert.deepEqual(shown(mirror), []);
    assert.deepEqual(frozen.tables, []);
    assert.equal(store.bytes, 0);
  });

  it("stay when a table that was opened for a write is taken back", () => {
    const { store, mirror } = connect();
    writeDurably(store, [row("a", 1n)]);
    store.rotate();
    const opened = write(store, [row("a", 2n)]);
    store.withdrawTable(opened);
    store.withdrawTable(opened);
    assert.deepEqual(shown(mirror), [[row("a", 1n)]]);
    assert.equal(store.activeBytes, 0);
    writeDurably(store, [row("a", 3n)]);
    assert.deepEqual(shown(mirror), [[row("a", 1n)], [row("a", 3n)]]);
  });

  it("resolve series from a book as from their tags", () => {
    fc.assert(
      fc.property(
        fc.array(aRow, { minLength: 1, maxLength: 60 }),
        fc.array(aRow, { maxLength: 20 }),
        (rows, first) => {
          const { store, mirror } = connect();
          const book = store.openSeriesBook();
          const table = write(store, first);
          const mark = table.position();
          const half = rows.length >> 1;
          const entries = rows.slice(0, half).map(({ tags }) => book.add(...present(tags)));
          for (const entry of entries) table.series.resolveEntry(book, entry);
          table.truncate(mark);
          // The book goes on growing while series are taken from it.
          entries.push(...rows.slice(half).map(({ tags }) => book.add(...present(tags))));
          const again: WrittenRow[] = rows.map(({ tags }, i) => ({
            tags,
            time: BigInt(i + 100),
            fields: { 3: i },
          }));
          for (const [i, { tags }] of rows.entries()) {
            const series = table.series.resolveEntry(book, entries[i]!);
            assert.equal(series, table.series.resolve(...present(tags)));
            writeRow(table, again[i]!);
          }
          publish(store, table);
          assert.deepEqual(shown(mirror), [inSeriesOrder(mergePoints([...first, ...again]))]);
          store.dropTable(1);
          assert.ok(store.heapBytes > 0 || rows.every(({ tags }) => tags.every((tag) => tag === null)));
          book.close();
          assert.equal(store.heapBytes, 0);
        },
      ),
    );
  });

  it("never show later rows without the earlier ones, whenever the writer comes between", () => {
    const { load } = Atomics;
    try {
      for (let pause = 0; pause < 16; pause++) {
        const { store, mirror } = connect();
        const older = write(store, [row("a", 1n)]);
        store.rotate();
        const newer = write(store, [row("a", 2n)]);
        store.publish([]);
        let loads = 0;
        const interrupted = (words: Int32Array, index: number): number => {
          if (loads++ === pause) {
            publish(store, older);
            publish(store, newer);
          }
          return load(words, index);
        };
        Object.assign(Atomics, { load: interrupted });
        const times = mirror.views(1).flatMap((view) => rowsOf(view).map(({ time }) => time));
        Object.assign(Atomics, { load });
        assert.ok(!times.includes(2n) || times.includes(1n), `paused before load ${pause}: ${times}`);
      }
    } finally {
      Object.assign(Atomics, { load });
    }
  });
});

describe("memory of dropped generations", () => {
  const many = (text: string): WrittenRow[] =>
    Array.from({ length: 3000 }, (_, i) => row(`h${i % 5}`, BigInt(i), { 3: i, 4: BigInt(i), 5: text + i }));

  it("stays as it was for views in use until it is reclaimed, then holds new rows", () => {
    const { store, mirror } = connect();
    writeDurably(store, many("old"));
    const [view] = mirror.views(1);
    const before = rowsOf(view!);
    store.rotate();
    store.dropGeneration(1, 5);
    mirror.dropGeneration(1);
    const held = store.bytes;
    assert.ok(held > 0);
    assert.equal(store.idleBytes, 0);
    store.reclaim(4);
    assert.equal(store.bytes, held);
    writeDurably(store, many("new"));
    assert.deepEqual(rowsOf(view!), before);
    store.reclaim(5);
    const idle = store.idleBytes;
    assert.ok(idle > 0);
    assert.equal(store.bytes, store.activeBytes);
    writeDurably(store, many("other"), 2);
    assert.ok(store.idleBytes < idle / 10, `${store.idleBytes} of ${idle} bytes were not used again`);
    assert.deepEqual(shown(mirror), [inSeriesOrder(many("new"))]);
    assert.deepEqual(shown(mirror, 2), [inSeriesOrder(many("other"))]);
  });

  it("shows nothing of the rows it held, where new rows have no value", () => {
    const { store, mirror } = connect();
    writeDurably(store, many("old"));
    store.rotate();
    store.dropGeneration(1, 1);
    mirror.dropGeneration(1);
    store.reclaim(1);
    const rows = Array.from({ length: 3000 }, (_, i) =>
      row("h", BigInt(i), i % 700 === 0 ? { 3: 1, 4: 2n } : {}),
    );
    writeDurably(store, rows);
    assert.deepEqual(shown(mirror), [rows]);
  });

  it("is not written to by those who still know a table that is gone", () => {
    const { store, mirror } = connect();
    const gone = write(store, many("old"));
    publish(store, gone);
    const position = gone.position();
    store.rotate();
    store.dropGeneration(1, 1);
    mirror.dropGeneration(1);
    store.reclaim(1);
    writeDurably(store, many("new"));
    store.publish([[gone, position]]);
    gone.truncateToPublished();
    store.truncateToPublished();
    assert.deepEqual(shown(mirror), [inSeriesOrder(many("new"))]);
  });

  it("is kept up to a bound", () => {
    const store = new BufferStore({ hashSeed: 7, maxIdleBytes: 100_000 });
    writeDurably(store, many("old"));
    store.rotate();
    store.dropGeneration(1, 1);
    store.reclaim(1);
    assert.equal(store.bytes, 0);
    assert.ok(store.idleBytes > 0 && store.idleBytes <= 100_000, `${store.idleBytes} bytes`);
  });
});
