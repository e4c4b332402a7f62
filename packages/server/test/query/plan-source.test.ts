import assert from "node:assert/strict";
import fc from "fast-check";
import { type Buffered, planSource, type SourcePlan, type Span } from "#src/query/sources/index.js";
import type { DataFile } from "#src/storage/index.js";

interface View extends Buffered {
  readonly name: string;
  readonly spans: readonly Span[];
}

const LARGE = 1_000_000;
const DAY = 86_400n;

function file(
  id: number,
  minTimeNs: number | bigint,
  maxTimeNs: number | bigint,
  rowCount = LARGE,
): DataFile {
  return {
    id,
    key: `f${id}`,
    databaseId: 1,
    tableId: 1,
    day: 0,
    sizeBytes: 1,
    rowCount,
    minTimeNs: BigInt(minTimeNs),
    maxTimeNs: BigInt(maxTimeNs),
    firstSnapshot: id,
    lastSnapshot: id,
    columnIds: [0],
    createdAtMs: 0,
  };
}

function view(
  name: string,
  spans: readonly (readonly [number | bigint, number | bigint])[],
  rowCount = LARGE,
): View {
  const days = spans.map(([min, max]) => ({ minTimeNs: BigInt(min), maxTimeNs: BigInt(max) }));
  return {
    name,
    rowCount,
    spans: days.map((day) => ({ minNs: day.minTimeNs, maxNs: day.maxTimeNs })),
    days: () => days,
  };
}

/** The plan in short: what is read how, by names. */
function shown(plan: SourcePlan<View>) {
  const text = ({ minNs, maxNs }: Span) => `${minNs}..${maxNs}`;
  return {
    whole: plan.whole.map((f) => f.key),
    cut: plan.cut === undefined ? undefined : text(plan.cut),
    stretches: plan.stretches.map((s) => `${s.file.key} ${text(s.span)}`),
    buffered: plan.buffered.map((b) => [b.view.name, ...b.spans.map(text)].join(" ")),
    merges: plan.merges.map((m) =>
      [text(m.span), ...m.files.map((f) => f.key), ...m.views.map((v) => v.name)].join(" "),
    ),
  };
}

describe("query: planning how a table is read", () => {
  const range = { minNs: 0n, maxNs: 1000n };

  it("reads files that share no time from end to end, and leaves out those outside the range", () => {
    const files = [file(1, 0, 99), file(2, 100, 199), file(3, 1001, 1100)];
    const plan = shown(planSource({ files, views: [] }, range));
    assert.deepEqual(plan, { whole: ["f1", "f2"], cut: undefined, stretches: [], buffered: [], merges: [] });
  });

  it("cuts files at the range", () => {
    const files = [file(1, 0, 99), file(2, 100, 199)];
    const plan = shown(planSource({ files, views: [] }, { minNs: 50n, maxNs: 150n }));
    assert.deepEqual(plan.whole, ["f1", "f2"]);
    assert.equal(plan.cut, "50..150");
  });

  it("reads the buffer beside the files when their times are apart", () => {
    const plan = shown(planSource({ files: [file(1, 0, 99)], views: [view("a", [[100, 300]])] }, range));
    assert.deepEqual(plan.whole, ["f1"]);
    assert.deepEqual(plan.buffered, ["a 0..1000"]);
    assert.deepEqual(plan.merges, []);
  });

  it("merges only where times lie over each other, older rows first", () => {
    const files = [file(2, 50, 150), file(1, 0, 99), file(3, 500, 600)];
    const views = [view("a", [[120, 300]]), view("b", [[300, 400]])];
    assert.deepEqual(shown(planSource({ files, views }, range)), {
      whole: ["f3"],
      cut: undefined,
      stretches: ["f1 0..49", "f2 100..119"],
      buffered: ["a 151..299", "b 301..1000"],
      merges: ["50..99 f1 f2", "120..150 f2 a", "300..300 a b"],
    });
  });

  it("sees that the days of one generation leave gaps in which files lie alone", () => {
    const views = [
      view("a", [
        [0, 10],
        [DAY * 2n, DAY * 2n + 10n],
      ]),
    ];
    const files = [file(1, DAY, DAY + 10n)];
    const plan = shown(planSource({ files, views }, {}));
    assert.deepEqual(plan.whole, ["f1"]);
    assert.deepEqual(plan.merges, []);
    assert.equal(plan.buffered.length, 1);
  });

  it("merges all of a small table, so that its rows come in the order of series and time", () => {
    const files = [file(1, 0, 99, 10)];
    const views = [view("a", [[200, 300]], 10), view("b", [[400, 500]], 10)];
    const plan = shown(planSource({ files, views }, range));
    assert.deepEqual(plan.merges, ["0..500 f1 a b"]);
    assert.equal(planSource({ files, views }, range).isSmall, true);
    assert.deepEqual([plan.whole, plan.stretches, plan.buffered], [[], [], []]);
    // One thing alone is in that order already.
    assert.deepEqual(shown(planSource({ files, views: [] }, range)).whole, ["f1"]);
    assert.deepEqual(shown(planSource({ files: [], views: views.slice(0, 1) }, range)).buffered, [
      "a 0..1000",
    ]);
  });

  it("knows windows that hold little of their sources", () => {
    const narrow = (...files: DataFile[]) =>
      planSource({ files, views: [] }, {}).merges.map((m) => m.isNarrow);
    assert.deepEqual(narrow(file(1, 0, 999), file(2, 990, 1999)), [true]);
    assert.deepEqual(narrow(file(1, 0, 999), file(2, 500, 1499)), [false]);
    assert.deepEqual(narrow(file(1, 0, 999), file(2, 500, 510, 1000)), [true]);
  });

  it("reads nothing for a range without instants", () => {
    const parts = { files: [file(1, 0, 99)], views: [view("a", [[100, 300]])] };
    for (const empty of [{ minNs: 5n, maxNs: 4n }, { minNs: 2n ** 63n }, { maxNs: -(2n ** 64n) }]) {
      const plan = shown(planSource(parts, empty));
      assert.deepEqual(plan, { whole: [], cut: undefined, stretches: [], buffered: [], merges: [] });
    }
  });

  it("closes the narrowest gaps when there would be very many windows", () => {
    const files = Array.from({ length: 101 }, (_, i) => file(i, i * 100, i * 100 + 105));
    const plan = planSource({ files, views: [] }, {});
    assert.equal(plan.merges.length, 32);
    assert.ok(plan.merges.every((merge) => merge.files.length >= 2));
  });

  const time = fc.integer({ min: 0, max: 60 });
  const stretch = fc
    .tuple(time, fc.integer({ min: 0, max: 12 }))
    .map(([min, length]) => [min, min + length] as const);
  const rows = fc.constantFrom(10, LARGE);

  it("delivers every row exactly once, and rows of the same instant together", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(stretch, rows), { maxLength: 8 }),
        fc.array(fc.tuple(fc.array(stretch, { minLength: 1, maxLength: 3 }), rows), { maxLength: 3 }),
        fc.option(time, { nil: undefined }),
        fc.option(time, { nil: undefined }),
        (fileSpans, viewSpans, min, max) => {
          const files = fileSpans.map(([[from, to], count], i) => file(i, from, to, count));
          const views = viewSpans.map(([spans, count], i) => view(`v${i}`, apart(spans), count));
          const limits = {
            ...(min === undefined ? {} : { minNs: BigInt(min) }),
            ...(max === undefined ? {} : { maxNs: BigInt(max) }),
          };
          check(planSource({ files, views }, limits), files, views, limits);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Spans as a generation has them: a day each. */
function apart(spans: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const sorted = spans.toSorted((a, b) => a[0] - b[0]);
  return sorted.filter(([from], i) => sorted.slice(0, i).every(([, to]) => to < from));
}

function check(
  plan: SourcePlan<View>,
  files: readonly DataFile[],
  views: readonly View[],
  limits: { minNs?: bigint; maxNs?: bigint },
): void {
  for (let at = 0n; at <= 80n; at++) {
    const isInside = ({ minNs, maxNs }: Span) => minNs <= at && at <= maxNs;
    const isWanted = at >= (limits.minNs ?? at) && at <= (limits.maxNs ?? at);
    const fileHas = (f: DataFile) => isWanted && f.minTimeNs <= at && at <= f.maxTimeNs;
    const viewHas = (v: View) => isWanted && v.spans.some(isInside);
    const merges = plan.merges.filter((merge) => isInside(merge.span));
    const isCutOut = plan.cut !== undefined && !isInside(plan.cut);
    let direct = 0;
    for (const f of files) {
      const whole = plan.whole.includes(f) && f.minTimeNs <= at && at <= f.maxTimeNs && !isCutOut ? 1 : 0;
      const stretches = plan.stretches.filter((s) => s.file === f && isInside(s.span)).length;
      const merged = merges.filter((merge) => merge.files.includes(f)).length;
      direct += fileHas(f) ? whole + stretches : 0;
      if (fileHas(f)) assert.equal(whole + stretches + merged, 1, `${f.key} at ${at}`);
      else assert.equal(whole, 0);
    }
    for (const v of views) {
      const read = plan.buffered.filter((b) => b.view === v && b.spans.some(isInside)).length;
      const merged = merges.filter((merge) => merge.views.includes(v)).length;
      direct += viewHas(v) ? read : 0;
      if (viewHas(v)) assert.equal(read + merged, 1, `${v.name} at ${at}`);
    }
    const together = files.filter(fileHas).length + views.filter(viewHas).length;
    if (together > 1) assert.equal(direct, 0, `several hold ${at}, and not all are merged`);
  }
}
