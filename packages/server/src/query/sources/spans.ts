import type { TimeRange } from "@millrace/sql";

/** A stretch of time with both ends inside; never empty. */
export interface Span {
  readonly minNs: bigint;
  readonly maxNs: bigint;
}

const LEAST_NS = -(2n ** 63n);
const MOST_NS = 2n ** 63n - 1n;

/** The part of a range inside the domain of time; undefined when there is none. */
export function spanOf(range: TimeRange): Span | undefined {
  return intersectSpans(
    { minNs: LEAST_NS, maxNs: MOST_NS },
    { minNs: range.minNs ?? LEAST_NS, maxNs: range.maxNs ?? MOST_NS },
  );
}

export function intersectSpans(a: Span, b: Span): Span | undefined {
  const minNs = later(a.minNs, b.minNs);
  const maxNs = earlier(a.maxNs, b.maxNs);
  return minNs > maxNs ? undefined : { minNs, maxNs };
}

export function overlaps(a: Span, b: Span): boolean {
  return a.minNs <= b.maxNs && b.minNs <= a.maxNs;
}

export function covers(outer: Span, inner: Span): boolean {
  return outer.minNs <= inner.minNs && inner.maxNs <= outer.maxNs;
}

/** The least span around all of them, of which there is at least one. */
export function hullOf(spans: readonly Span[]): Span {
  return spans.reduce((hull, span) => ({
    minNs: earlier(span.minNs, hull.minNs),
    maxNs: later(span.maxNs, hull.maxNs),
  }));
}

/** The stretches, ascending, in which at least two of the spans lie over each other. */
export function overlapsAmong(spans: readonly Span[]): Span[] {
  const starts = spans.map((span) => span.minNs).sort(ascending);
  const ends = spans.map((span) => span.maxNs).sort(ascending);
  const found: Span[] = [];
  let [start, end] = [0, 0];
  let openedAt: bigint | undefined;
  // At every instant `start - end` spans are open: a start comes before an end at the same instant, both are inside.
  while (end < ends.length) {
    if (start < starts.length && starts[start]! <= ends[end]!) {
      start++;
      if (start - end === 2) openedAt = starts[start - 1]!;
    } else {
      if (start - end === 2) found.push({ minNs: openedAt!, maxNs: ends[end]! });
      end++;
    }
  }
  return found;
}

/** At most `count` spans that cover the given ones, which are ascending and apart: the narrowest gaps are closed. */
export function joinNearest(spans: readonly Span[], count: number): Span[] {
  if (spans.length <= count) return [...spans];
  const gaps = spans.slice(1).map((span, i) => ({ after: i, widthNs: span.minNs - spans[i]!.maxNs }));
  gaps.sort((a, b) => ascending(b.widthNs, a.widthNs));
  const kept = new Set(gaps.slice(0, count - 1).map((gap) => gap.after));
  const joined: Span[] = [];
  let first = 0;
  spans.forEach((span, i) => {
    if (!kept.has(i) && i < spans.length - 1) return;
    joined.push({ minNs: spans[first]!.minNs, maxNs: span.maxNs });
    first = i + 1;
  });
  return joined;
}

/** What is left of a span without the given ones, which are ascending and apart. */
export function without(span: Span, removed: readonly Span[]): Span[] {
  const rest: Span[] = [];
  let { minNs } = span;
  for (const hole of removed) {
    if (!overlaps(span, hole)) continue;
    if (hole.minNs > minNs) rest.push({ minNs, maxNs: hole.minNs - 1n });
    minNs = hole.maxNs + 1n;
  }
  if (minNs <= span.maxNs) rest.push({ minNs, maxNs: span.maxNs });
  return rest;
}

function earlier(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}

function later(a: bigint, b: bigint): bigint {
  if (b > a) return b;
  return a;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
