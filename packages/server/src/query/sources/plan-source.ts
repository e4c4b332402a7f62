import type { TimeRange } from "@millrace/sql";
import type { DataFile } from "../../storage/index.ts";
import {
  covers,
  hullOf,
  intersectSpans,
  joinNearest,
  overlaps,
  overlapsAmong,
  type Span,
  spanOf,
  without,
} from "./spans.ts";

/** Rows of one generation of the buffer: each of its days has a span of its own. */
export interface Buffered {
  readonly rowCount: number;
  days(): readonly { readonly minTimeNs: bigint; readonly maxTimeNs: bigint }[];
}

/** What a table consists of at one moment. */
export interface TableParts<View extends Buffered> {
  readonly files: readonly DataFile[];
  /** Oldest generation first. */
  readonly views: readonly View[];
}

/** How the rows of a table are read: no point is in two of these, and together they are all points of the range. */
export interface SourcePlan<View extends Buffered> {
  /** Files that share no time with anything: read from end to end or within one range, `cut`. */
  readonly whole: readonly DataFile[];
  /** The range to read of `whole`, unless all of it is inside. */
  readonly cut: Span | undefined;
  /** Stretches of files between the windows in which they are merged with others. */
  readonly stretches: readonly { readonly file: DataFile; readonly span: Span }[];
  /** Buffered rows within any of the spans. */
  readonly buffered: readonly { readonly view: View; readonly spans: readonly Span[] }[];
  /** The table is small: its rows are shown by series and time. */
  readonly isSmall: boolean;
  /** Windows in which several sources may hold the same point, ascending. */
  readonly merges: readonly MergeWindow<View>[];
}

export interface MergeWindow<View> {
  readonly span: Span;
  /** It holds only a small part of what its sources have. */
  readonly isNarrow: boolean;
  /** Older rows first: of the same point the later one wins, field by field. */
  readonly files: readonly DataFile[];
  readonly views: readonly View[];
}

/** Tables up to this many rows are shown by series and time, wherever their rows are. */
const SORTED_ROWS = 50_000;
/** Up to this part of all rows a window is narrow. */
const NARROW_SHARE = 0.2;
/** More windows would cost more in every row's comparisons than merging the narrow gaps between them does. */
const MOST_WINDOWS = 32;

/**
 * Plans the reading of a table within a range. Only where spans of time lie over each other can a point be there
 * twice, so only there rows are merged; everything else is read as it lies.
 */
export function planSource<View extends Buffered>(
  parts: TableParts<View>,
  range: TimeRange,
): SourcePlan<View> {
  const limits = spanOf(range);
  const all = limits === undefined ? [] : sourcesWithin(parts, limits);
  const isSmall = rowsOf(parts.files) + rowsOf(parts.views) <= SORTED_ROWS;
  const windows = mergeWindows(all, isSmall);
  const whole: DataFile[] = [];
  const stretches: { file: DataFile; span: Span }[] = [];
  const buffered: { view: View; spans: readonly Span[] }[] = [];
  for (const source of all) {
    const touching = windows.filter((window) => source.spans.some((span) => overlaps(span, window)));
    if (source.file !== undefined) {
      const { file } = source;
      if (touching.length === 0) whole.push(file);
      else stretches.push(...without(source.spans[0]!, touching).map((span) => ({ file, span })));
    } else {
      const left = without(limits!, touching).filter((rest) => source.spans.some((s) => overlaps(s, rest)));
      if (left.length > 0) buffered.push({ view: source.view, spans: left });
    }
  }
  const merges = windows.map((span) => mergeWindow(span, all));
  const isCut = whole.some((file) => !covers(limits!, spanOfFile(file)));
  return { whole, cut: isCut ? limits : undefined, stretches, buffered, isSmall, merges };
}

/** One thing with rows, and the spans of those within the limits. */
type Source<View> =
  | { readonly file: DataFile; readonly view?: undefined; readonly spans: readonly Span[] }
  | { readonly file?: undefined; readonly view: View; readonly spans: readonly Span[] };

/** In the order in which later rows win: files by their snapshots, then the generations of the buffer. */
function sourcesWithin<View extends Buffered>(parts: TableParts<View>, limits: Span): Source<View>[] {
  const files = parts.files.toSorted(olderFirst);
  const within = (spans: readonly Span[]): Span[] =>
    spans.flatMap((span) => intersectSpans(span, limits) ?? []);
  const sources: Source<View>[] = [
    ...files.map((file) => ({ file, spans: within([spanOfFile(file)]) })),
    ...parts.views.map((view) => ({ view, spans: within(spansOfView(view)) })),
  ];
  return sources.filter((source) => source.spans.length > 0);
}

/** Of two files' values of the same point the later snapshot's stays. */
export function olderFirst(a: DataFile, b: DataFile): number {
  return a.lastSnapshot - b.lastSnapshot || a.id - b.id;
}

function spanOfFile(file: DataFile): Span {
  return { minNs: file.minTimeNs, maxNs: file.maxTimeNs };
}

function spansOfView(view: Buffered): Span[] {
  return view.days().map((day) => ({ minNs: day.minTimeNs, maxNs: day.maxTimeNs }));
}

function mergeWindows<View extends Buffered>(
  sources: readonly Source<View>[],
  isSmall: boolean,
): readonly Span[] {
  if (sources.length < 2) return [];
  const spans = sources.flatMap((source) => source.spans);
  return isSmall ? [hullOf(spans)] : joinNearest(overlapsAmong(spans), MOST_WINDOWS);
}

function rowsOf(parts: readonly { readonly rowCount: number }[]): number {
  return parts.reduce((sum, part) => sum + part.rowCount, 0);
}

function mergeWindow<View extends Buffered>(span: Span, sources: readonly Source<View>[]): MergeWindow<View> {
  const inside = sources.filter((source) => source.spans.some((s) => overlaps(s, span)));
  return {
    span,
    isNarrow: shareWithin(span, inside) <= NARROW_SHARE,
    files: inside.flatMap((source) => source.file ?? []),
    views: inside.flatMap((source) => source.view ?? []),
  };
}

/** About how much of the sources' rows are within the span, if rows are spread evenly over time. */
function shareWithin<View extends Buffered>(span: Span, sources: readonly Source<View>[]): number {
  let all = 0;
  let within = 0;
  for (const source of sources) {
    const { rowCount } = source.file ?? source.view;
    const lengthOf = (spans: readonly Span[]) =>
      spans.reduce((sum, { minNs, maxNs }) => sum + Number(maxNs - minNs) + 1, 0);
    const inside = source.spans.flatMap((s) => intersectSpans(s, span) ?? []);
    all += rowCount;
    within += (rowCount * lengthOf(inside)) / lengthOf(source.spans);
  }
  return within / all;
}
