import assert from "node:assert/strict";
import fc from "fast-check";
import { Distribution, DURATION_BOUNDS_MS } from "#src/foundation/index.js";
import { counter, gauge, histogram, MetricRegistry } from "#src/foundation/metrics/index.js";

describe("a distribution", () => {
  it("counts each value once, at the first bound that is not below it", () => {
    const sizes = new Distribution([1, 10]);
    for (const value of [0, 1, 1.5, 10, 11, 1e9]) sizes.observe(value);
    assert.deepEqual(sizes.cumulative(), [2, 4, 6]);
    assert.equal(sizes.count, 6);
    assert.equal(sizes.sum, 0 + 1 + 1.5 + 10 + 11 + 1e9);
  });

  it("agrees with counting by hand", () => {
    const values = fc.array(fc.double({ min: 0, max: 50_000, noNaN: true }));
    fc.assert(
      fc.property(values, (observed) => {
        const durations = new Distribution(DURATION_BOUNDS_MS);
        for (const value of observed) durations.observe(value);
        const expected = [...DURATION_BOUNDS_MS, Number.POSITIVE_INFINITY].map(
          (bound) => observed.filter((value) => value <= bound).length,
        );
        assert.deepEqual(durations.cumulative(), expected);
      }),
    );
  });
});

describe("the text for scrapers", () => {
  it("holds what is measured at the moment it is asked for", async () => {
    const source = { rows: 1, took: new Distribution([100, 250]) };
    const registry = new MetricRegistry<typeof source>(
      [
        counter("rows_total", { help: "Rows", read: ({ rows }) => rows }),
        gauge("odd", {
          help: "Two\nlines \\ long",
          labels: ["name"],
          read: () => [{ labels: ['a"b\\c\nd'], value: Number.POSITIVE_INFINITY }],
        }),
        histogram("took_seconds", {
          help: "Time",
          labels: ["op"],
          scale: 0.001,
          read: ({ took }) => [{ labels: ["get"], value: took }],
        }),
        gauge("nothing", { help: "No samples", read: () => [] }),
      ],
      source,
    );
    source.rows = 7;
    source.took.observe(100);
    source.took.observe(300);
    assert.equal(registry.contentType, "text/plain; version=0.0.4; charset=utf-8");
    assert.equal(
      await registry.text(),
      [
        "# HELP rows_total Rows",
        "# TYPE rows_total counter",
        "rows_total 7",
        "",
        "# HELP odd Two\\nlines \\\\ long",
        "# TYPE odd gauge",
        'odd{name="a\\"b\\\\c\\nd"} +Inf',
        "",
        "# HELP took_seconds Time",
        "# TYPE took_seconds histogram",
        'took_seconds_bucket{op="get",le="0.1"} 1',
        'took_seconds_bucket{op="get",le="0.25"} 1',
        'took_seconds_bucket{op="get",le="+Inf"} 2',
        'took_seconds_sum{op="get"} 0.4',
        'took_seconds_count{op="get"} 2',
        "",
        "# HELP nothing No samples",
        "# TYPE nothing gauge",
        "# EOF",
        "",
      ].join("\n"),
    );
  });
});
