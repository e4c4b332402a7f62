import assert from "node:assert/strict";
import fc from "fast-check";
import { type BufferBatch, BufferMirror, BufferStore, type TableBuffer } from "#src/buffer/index.js";
import { type ReadAs, readRows } from "./read-view.ts";
import { inSeriesOrder, mergePoints, type WrittenRow, writeRow } from "./write-rows.ts";

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

describe("buffer mirror", () => {
  it("shows no rows before they are published", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    writeRow(table, row("a", 1n, { 3: 1.5 }));
    assert.equal(mirror.views(1)[0], undefined);
    publish(store, table);
    writeRow(table, row("b", 1n, { 3: 2.5 }));
    assert.deepEqual(shown(mirror), [row("a", 1n, { 3: 1.5 })]);
  });

  it("keeps a view as it was while rows are added and the table is dropped", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    writeRow(table, row("a", 1n, { 5: "one" }));
    publish(store, table);
    const view = mirror.views(1)[0]!;
    for (let i = 0; i < 500; i++) writeRow(table, row(`h${i}`, 2n, { 5: "two", 4: 1n }));
    publish(store, table);
    store.dropTable(1);
    assert.equal(mirror.views(1)[0], undefined);
    assert.deepEqual(readRows(view, TAGS, COLUMNS), [row("a", 1n, { 5: "one" })]);
  });

  it("merges points written again field by field, newest first", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    const rows = [
      row("a", 10n, { 3: 1, 4: 1n }),
      row(null, 10n, { 3: 5 }),
      row("a", 5n, { 3: 2 }),
      row("a", 10n, { 5: "x" }),
      row(null, 10n, { 4: 6n }),
      row("a", 10n, { 4: 2n }),
    ];
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    assert.deepEqual(shown(mirror), [
      row(null, 10n, { 3: 5, 4: 6n }),
      row("a", 5n, { 3: 2 }),
      row("a", 10n, { 3: 1, 4: 2n, 5: "x" }),
    ]);
  });

  it("leaves a tag that appears later empty in older series", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    const rows: WrittenRow[] = [
      { tags: ["a", null, null], time: 1n, fields: { 3: 1 } },
      { tags: ["a", null, "new"], time: 1n, fields: { 3: 2 } },
      { tags: ["a", null, null], time: 2n, fields: { 3: 3 } },
    ];
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    assert.equal(mirror.views(1)[0]!.seriesCount, 2);
    assert.deepEqual(shown(mirror), inSeriesOrder(rows));
  });

  it("sorts tag values by their UTF-8 bytes", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    const hosts = ["\u{1F600}", "\uFF5E", "ab", "a", "é", "Z"];
    for (const host of hosts) writeRow(table, row(host, 1n, { 3: 1 }));
    publish(store, table);
    const sorted = hosts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(
      shown(mirror).map(({ tags }) => tags[0]),
      sorted,
    );
  });

  it("shows large tables in arrival order and sorts nothing when no point was written twice", () => {
    const { store, mirror } = connect({ sortRowsUpTo: 3 });
    const table = store.openTable(1);
    const rows = [
      row("b", 5n, { 3: 1 }),
      row("b", 4n, { 3: 2 }),
      row("a", 1n, { 3: 3 }),
      row("c", 1n, { 3: 4 }),
    ];
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    assert.equal(mirror.views(1)[0]!.order, null);
    assert.deepEqual(shown(mirror), rows);
    writeRow(table, row("b", 4n, { 4: 9n }));
    publish(store, table);
    assert.deepEqual(shown(mirror), [rows[0], rows[2], rows[3], row("b", 4n, { 3: 2, 4: 9n })]);
  });

  it("looks for points written twice once for a view, also when there are none", () => {
    const { store, mirror } = connect({ sortRowsUpTo: 0 });
    const table = store.openTable(1);
    writeRow(table, row("a", 10n, { 3: 1 }));
    writeRow(table, row("a", 5n, { 3: 2 }));
    publish(store, table);
    const view = mirror.views(1)[0]!;
    assert.equal(view.order, null);
    // Behind the view's back the rows become one point: only a second search would notice.
    view.chunks[0]!.time[1] = 10n;
    assert.equal(view.order, null);
    assert.equal(mirror.views(1)[0]!.order, null);
  });

  it("holds times and integers over their whole range", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    const extremes = [-(2n ** 63n), -1n, 0n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n - 1n];
    for (const time of extremes) writeRow(table, row("a", time, { 4: time }));
    publish(store, table);
    assert.deepEqual(
      shown(mirror),
      extremes.map((time) => row("a", time, { 4: time })),
    );
  });

  it("keeps strings of every length intact across pieces", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    const lengths = [0, 1, 31, 32, 33, 511, 512, 513, 70_000, 1_048_576, 3, 1_048_575, 0];
    const rows = lengths.map((length, i) => row("a", BigInt(i), { 5: String(i % 10).repeat(length) }));
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    assert.deepEqual(shown(mirror), rows);
  });

  it("tells a reader that starts late everything", () => {
    const { store } = connect();
    const table = store.openTable(1);
    const rows = Array.from({ length: 400 }, (_, i) => row(`h${i % 7}`, BigInt(i), { 3: i, 5: `s${i}` }));
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    const late = new BufferMirror();
    const stop = store.onMessage((batch) => late.apply(batch));
    assert.deepEqual(shown(late), inSeriesOrder(rows));
    writeRow(table, row("new", 1n, { 4: 1n }));
    publish(store, table);
    assert.equal(shown(late).length, 401);
    stop();
    store.dropTable(1);
    assert.equal(late.views(1).length, 1);
  });

  it("shows an older whole state, never half of a newer one, while announcements are on their way", () => {
    const store = new BufferStore({ hashSeed: 7 });
    const mailbox: BufferBatch[] = [];
    let drains = 0;
    const mirror: BufferMirror = new BufferMirror({
      drain: () => {
        drains++;
        if (open) for (const batch of mailbox.splice(0)) mirror.apply(batch);
      },
    });
    let open = true;
    store.onMessage((batch) => void mailbox.push(batch));
    const table = store.openTable(1);
    writeRow(table, row("a", 1n, { 3: 1 }));
    publish(store, table);
    assert.equal(shown(mirror).length, 1);
    assert.ok(drains > 0);
    open = false;
    writeRow(table, row("a", 2n, { 4: 2n }));
    publish(store, table);
    assert.deepEqual(shown(mirror), [row("a", 1n, { 3: 1 })]);
    open = true;
    assert.deepEqual(shown(mirror), [row("a", 1n, { 3: 1 }), row("a", 2n, { 4: 2n })]);
  });
});

describe("a reader at work while a table is published", () => {
  const { load, store: storeWord } = Atomics;
  const WORDS = 4;
  // Sixteen series fill the first tag arrays: the next one needs memory that is announced first.
  const first = Array.from({ length: 16 }, (_, i) => row(`a${i + 10}`, 1n, { 3: i }));
  const more = Array.from({ length: 300 }, (_, i) => row(`b${i + 100}`, 1n, { 5: `s${i}` }));

  afterEach(() => Object.assign(Atomics, { load, store: storeWord }));

  /** `storesBefore[i]`: how many words the writer has stored when the reader loads its i-th. */
  function readDuring(storesBefore: readonly number[]): void {
    const store = new BufferStore({ hashSeed: 7 });
    const mailbox: BufferBatch[] = [];
    const drain = (): void => {
      for (const batch of mailbox.splice(0)) mirror.apply(batch);
    };
    const mirror = new BufferMirror({ drain });
    store.onMessage((batch) => void mailbox.push(batch));
    const table = store.openTable(1);
    for (const item of first) writeRow(table, item);
    publish(store, table);
    // Not read yet: a view of these rows that is there already would only be given out again.
    drain();

    for (const item of more) writeRow(table, item);
    const stores: (() => void)[] = [];
    const delayed = (words: Int32Array, index: number, value: number): number => {
      stores.push(() => void storeWord(words, index, value));
      return value;
    };
    Object.assign(Atomics, { store: delayed });
    publish(store, table);
    assert.equal(stores.length, WORDS);
    let done = 0;
    let loads = 0;
    const storeUpTo = (count: number): void => {
      while (done < count) stores[done++]!();
    };
    const interleaved = (words: Int32Array, index: number): number => {
      storeUpTo(storesBefore[loads++] ?? WORDS);
      return load(words, index);
    };
    Object.assign(Atomics, { load: interleaved, store: storeWord });
    const seen = shown(mirror);
    assert.deepEqual(seen, [...first, ...more].slice(0, seen.length));
    assert.ok(seen.length === first.length || seen.length === first.length + more.length);
    storeUpTo(WORDS);
    assert.deepEqual(shown(mirror), [...first, ...more]);
  }

  it("sees an older or a newer whole state, and later the newer one, in every interleaving", () => {
    for (let a = 0; a <= WORDS; a++)
      for (let b = a; b <= WORDS; b++)
        for (let c = b; c <= WORDS; c++) for (let d = c; d <= WORDS; d++) readDuring([a, b, c, d]);
  });
});

describe("buffer rollback", () => {
  it("takes back rows, series, tag values and last times", () => {
    const { store, mirror } = connect();
    const table = store.openTable(1);
    writeRow(table, row("a", 5n, { 3: 1 }));
    publish(store, table);
    const mark = table.position();
    writeRow(table, row("a", 900n, { 3: 2 }));
    for (let i = 0; i < 300; i++)
      writeRow(table, { tags: ["x", `v${i}`, "z"], time: 1n, fields: { 5: "lost" } });
    table.truncate(mark);
    assert.equal(table.series.count, 1);
    const rows = [row("b", 1n, { 4: 1n }), row("a", 6n, { 5: "kept" })];
    for (const one of rows) writeRow(table, one);
    publish(store, table);
    assert.deepEqual(shown(mirror), [row("a", 5n, { 3: 1 }), rows[1], rows[0]]);
    assert.equal(
      table.position().lateRows,
      0,
      "the time of a row that was taken back makes no other row late",
    );
  });
});

const aRow: fc.Arbitrary<WrittenRow> = fc.record({
  tags: fc.tuple(
    fc.constantFrom("a", "b", null),
    fc.constantFrom("", "ü", null, "x"),
    fc.constantFrom(null, null, "later"),
  ),
  time: fc.bigInt({ min: -3n, max: 6n }),
  fields: fc
    .record(
      {
        3: fc.double({ noNaN: true }),
        4: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        5: fc.string({ unit: "grapheme" }),
      },
      { requiredKeys: [] },
    )
    .map((fields): WrittenRow["fields"] => ({ ...(fields as WrittenRow["fields"]) })),
});
const aStep = fc.record({
  rows: fc.array(aRow, { maxLength: 60 }),
  ending: fc.constantFrom("keep", "publish", "take back", "fail all"),
});

describe("buffer against a naive model", () => {
  for (const sortRowsUpTo of [1_000_000, 0]) {
    const name = sortRowsUpTo === 0 ? "in arrival order" : "in series order";
    it(`shows the same rows after any writes, publications and rollbacks, ${name}`, () => {
      fc.assert(
        fc.property(fc.array(aStep, { maxLength: 12 }), (steps) => {
          const { store, mirror } = connect({ sortRowsUpTo });
          const table = store.openTable(1);
          let written: WrittenRow[] = [];
          let published: WrittenRow[] = [];
          for (const { rows, ending } of steps) {
            const mark = table.position();
            for (const one of rows) writeRow(table, one);
            if (ending === "take back") table.truncate(mark);
            else written = [...written, ...rows];
            if (ending === "publish") {
              publish(store, table);
              published = written;
            }
            if (ending === "fail all") {
              table.truncateToPublished();
              written = published;
            }
            const view = mirror.views(1)[0];
            const expected = inSeriesOrder(mergePoints(published));
            const actual = view === undefined ? [] : readRows(view, TAGS, COLUMNS);
            assert.deepEqual(sortRowsUpTo === 0 ? inSeriesOrder(actual) : actual, expected);
          }
        }),
        { numRuns: 300 },
      );
    });
  }
});
