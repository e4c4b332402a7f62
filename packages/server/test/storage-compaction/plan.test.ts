import assert from "node:assert/strict";
import fc from "fast-check";
import { planCompaction } from "#src/storage/compaction/index.js";
import type { DataFile } from "#src/storage/index.js";

const BOUNDS = { maxRows: 1_000_000, maxBytes: 50_000_000, maxInputs: 16 };

function file(id: number, snapshot: number, rowCount: number, times: [bigint, bigint]): DataFile {
  return {
    id,
    key: `node/dbs/1/1/1970-01-01/${id}.parquet`,
    databaseId: 1,
    tableId: 1,
    day: 0,
    sizeBytes: rowCount * 20,
    rowCount,
    minTimeNs: times[0],
    maxTimeNs: times[1],
    firstSnapshot: snapshot,
    lastSnapshot: snapshot,
    columnIds: [0],
    createdAtMs: 0,
  };
}

/** What merging makes of the inputs when `duplicates` of their rows are of the same points. */
function merged(inputs: readonly DataFile[], id: number, duplicates: number): DataFile {
  const rows = inputs.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const most = Math.max(...inputs.map(({ rowCount }) => rowCount));
  const rowCount = Math.max(most, rows - Math.round((rows - most) * duplicates));
  const starts = inputs.map(({ minTimeNs }) => minTimeNs).sort((a, b) => (a < b ? -1 : 1));
  const ends = inputs.map(({ maxTimeNs }) => maxTimeNs).sort((a, b) => (a < b ? 1 : -1));
  return {
    ...file(id, 0, rowCount, [starts[0]!, ends[0]!]),
    firstSnapshot: Math.min(...inputs.map(({ firstSnapshot }) => firstSnapshot)),
    lastSnapshot: Math.max(...inputs.map(({ lastSnapshot }) => lastSnapshot)),
  };
}

/** Compacts after each snapshot until there is nothing to do. */
function run(sizes: readonly number[], spread: bigint, duplicates: number) {
  let files: readonly DataFile[] = [];
  let nextId = 1;
  let rewritten = 0;
  for (const [at, rowCount] of sizes.entries()) {
    const start = BigInt(at) * 1000n;
    files = [...files, file(nextId++, at + 1, rowCount, [start - spread, start + 999n])];
    for (let inputs = planCompaction(files, BOUNDS); inputs; inputs = planCompaction(files, BOUNDS)) {
      checkChoice(files, inputs);
      const place = files.indexOf(inputs[0]!);
      const output = merged(inputs, nextId++, duplicates);
      rewritten += output.rowCount;
      files = [...files.slice(0, place), output, ...files.slice(place + inputs.length)];
      checkOrder(files);
    }
  }
  return { files, rewritten };
}

function checkChoice(files: readonly DataFile[], inputs: readonly DataFile[]): void {
  const place = files.indexOf(inputs[0]!);
  assert.deepEqual(files.slice(place, place + inputs.length), inputs, "inputs are neighbours");
  assert.ok(inputs.length >= 2 && inputs.length <= BOUNDS.maxInputs);
  assert.ok(inputs.reduce((sum, { rowCount }) => sum + rowCount, 0) <= BOUNDS.maxRows);
  assert.ok(inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) <= BOUNDS.maxBytes);
}

/** Each file's snapshots come after all of the files before it. */
function checkOrder(files: readonly DataFile[]): void {
  for (const [at, { firstSnapshot, lastSnapshot }] of files.entries()) {
    assert.ok(firstSnapshot <= lastSnapshot);
    if (at > 0) assert.ok(files[at - 1]!.lastSnapshot < firstSnapshot);
  }
}

describe("choosing files to compact", () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300_000 })), {
    maxLength: 120,
    size: "max",
  });

  it("never lets the snapshots of two files interleave, and comes to an end", () => {
    const spread = fc.constantFrom(0n, 500n, 1_000_000n);
    fc.assert(
      fc.property(sizes, spread, fc.constantFrom(0, 0.5, 1), (some, back, duplicates) => {
        const { files } = run(some, back, duplicates);
        assert.equal(planCompaction(files, BOUNDS), undefined);
      }),
      { numRuns: 200 },
    );
  });

  it("rewrites a row no more often than its file can double", () => {
    fc.assert(
      fc.property(sizes, (some) => {
        const { rewritten } = run(some, 0n, 0);
        const weight = some.reduce((sum, rows) => sum + Math.max(rows, 8192), 0);
        assert.ok(rewritten <= weight * Math.log2(BOUNDS.maxRows / 8192));
      }),
    );
  });

  it("keeps few files of equal snapshots", () => {
    const { files, rewritten } = run(
      Array.from({ length: 400 }, () => 2000),
      0n,
      0,
    );
    assert.ok(files.length <= 12, `${files.length} files`);
    assert.ok(rewritten <= 400 * 2000 * 6, `${rewritten} rows rewritten`);
  });

  it("leaves seven files that lie apart, and large files, alone", () => {
    const apart = [1, 2, 3, 4, 5, 6, 7].map((id) =>
      file(id, id, 10, [BigInt(id) * 10n, BigInt(id) * 10n + 9n]),
    );
    assert.equal(planCompaction(apart, BOUNDS), undefined);
    const large = [1, 2, 3, 4, 5].map((id) => file(id, id, 600_000, [0n, 9n]));
    assert.equal(planCompaction(large, BOUNDS), undefined);
    const unequal = [file(1, 1, 500_000, [0n, 9n]), ...apart.map((small, at) => ({ ...small, id: at + 2 }))];
    assert.equal(planCompaction(unequal, BOUNDS), undefined);
  });

  it("merges even two files when they lie over each other, but not when they only touch", () => {
    const over = [file(1, 1, 90_000, [0n, 1000n]), file(2, 2, 30_000, [500n, 1500n])];
    assert.deepEqual(planCompaction(over, BOUNDS), over);
    const touching = [file(1, 1, 90_000, [0n, 1000n]), file(2, 2, 30_000, [1000n, 2000n])];
    assert.equal(planCompaction(touching, BOUNDS), undefined);
    const unequal = [file(1, 1, 900_000, [0n, 1000n]), file(2, 2, 10_000, [500n, 1500n])];
    assert.equal(planCompaction(unequal, BOUNDS), undefined);
  });

  it("prefers files that overlap", () => {
    const apart = [1, 2, 3, 4].map((id) => file(id, id, 20_000, [BigInt(id) * 10n, BigInt(id) * 10n + 9n]));
    const large = file(5, 5, 900_000, [50n, 59n]);
    const overlapping = [6, 7, 8, 9].map((id) => file(id, id, 20_000, [60n, 70n]));
    assert.deepEqual(planCompaction([...apart, large, ...overlapping], BOUNDS), overlapping);
  });
});
