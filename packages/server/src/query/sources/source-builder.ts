import type { RowOrder, TableView } from "../../buffer/index.ts";
import { type DataFile, selectColumns } from "../../storage/index.ts";
import { bufferScan, rowsScan, type ScanSource, sortedScan, type TagEntriesOf } from "../execute/index.ts";
import { MergedRows, type RowOpener } from "./merged-rows.ts";
import { type Reading, scanText, selectFiles, selectMerged, selectScan, withKeys } from "./part-text.ts";
import { type MergeWindow, olderFirst, type SourcePlan } from "./plan-source.ts";
import type { Span } from "./spans.ts";
import { rowsOfTags } from "./tag-series.ts";

/** What the parts of a plan are read with. */
export interface PartReaders {
  pathOf(file: DataFile): string;
  readonly opener: RowOpener;
  readonly tagEntriesOf: TagEntriesOf;
}

/** Turns the plan of a table's reading into SQL, and into the scans that this SQL calls. */
export class SourceBuilder {
  readonly scans: ScanSource[] = [];
  readonly #readers: PartReaders;

  constructor(readers: PartReaders) {
    this.#readers = readers;
  }

  /** A source that one scan of ours gives as a whole. */
  whole(scan: ScanSource): string {
    return scanText(this.#add(scan));
  }

  planned(reading: Reading, plan: SourcePlan<TableView>): string {
    const { pathOf } = this.#readers;
    const isForEngine = (merge: MergeWindow<TableView>) =>
      !plan.isSmall && (merge.isNarrow || reading.tags.length > 0);
    const byEngine = plan.merges.filter(isForEngine);
    const byUs = plan.merges.filter((merge) => !isForEngine(merge));
    const selects: string[] = [];
    if (plan.whole.length > 0) {
      selects.push(selectFiles(reading, plan.whole.map(pathOf), plan.cut && [plan.cut]));
    }
    for (const { file, span } of plan.stretches) selects.push(selectFiles(reading, [pathOf(file)], [span]));
    if (byEngine.length > 0) selects.push(this.#mergedByEngine(reading, byEngine));
    const scans = plan.buffered.map(({ view, spans }) => this.#buffered(reading, view, spans));
    if (byUs.length > 0) scans.push(this.#merged(reading, byUs));
    if (selects.length + scans.length === 0) scans.push(this.#nothing(reading));
    if (selects.length === 0 && scans.length === 1) return this.whole(scans[0]!);
    const branches = [...selects, ...scans.map((scan) => selectScan(reading, this.#add(scan)))];
    return `(${branches.join(" UNION ALL ")})`;
  }

  #add(scan: ScanSource): number {
    return this.scans.push(scan) - 1;
  }

  #buffered({ table, used, tags }: Reading, view: TableView, ranges: readonly Span[]): ScanSource {
    return bufferScan({
      view,
      order: rowsOfTags(view, table, tags) ?? view.order,
      columns: table.columns,
      used,
      ranges,
      tagEntriesOf: this.#readers.tagEntriesOf,
    });
  }

  /** The engine finds few rows among many faster than we do, but gives merged rows back in no order. */
  #mergedByEngine(reading: Reading, windows: readonly MergeWindow<TableView>[]): string {
    const { pathOf } = this.#readers;
    const keyed = withKeys(reading);
    const files = spansBy(windows, (window) => window.files);
    const views = spansBy(windows, (window) => window.views);
    const parts: string[] = [];
    for (const file of [...files.keys()].sort(olderFirst)) {
      parts.push(selectFiles(keyed, [pathOf(file)], files.get(file)!));
    }
    for (const view of [...views.keys()].sort((a, b) => a.generation - b.generation)) {
      parts.push(selectScan(keyed, this.#add(this.#buffered(keyed, view, views.get(view)!))));
    }
    return selectMerged(reading, parts);
  }

  /** In the order of series and time. */
  #merged({ table, tags }: Reading, windows: readonly MergeWindow<TableView>[]): ScanSource {
    const sources = new Set(windows.flatMap(({ files, views }) => [...files, ...views]));
    let rowCount = 0;
    for (const source of sources) rowCount += source.rowCount;
    const rowsOf = (view: TableView): RowOrder => rowsOfTags(view, table, tags) ?? view.sorted();
    return sortedScan({
      columns: table.columns.map((column) => column.type),
      rowCount,
      open: (wanted) => {
        const fields = wanted.filter((index) => !table.keyIndexes.includes(index));
        const indexes = [...table.keyIndexes, ...fields];
        const columns = indexes.map((index) => table.fileColumns[index]!);
        const rows = new MergedRows({ windows, columns, rowsOf }, this.#readers.opener);
        return selectColumns(
          rows,
          wanted.map((index) => indexes.indexOf(index)),
        );
      },
    });
  }

  #nothing({ table }: Reading): ScanSource {
    return rowsScan(
      table.columns.map((column) => column.type),
      [],
    );
  }
}

/** The spans in which each of the windows' sources takes part. */
function spansBy<T>(
  windows: readonly MergeWindow<TableView>[],
  sourcesOf: (window: MergeWindow<TableView>) => readonly T[],
): ReadonlyMap<T, readonly Span[]> {
  const spans = new Map<T, Span[]>();
  for (const window of windows) {
    for (const source of sourcesOf(window)) {
      const known = spans.get(source);
      if (known === undefined) spans.set(source, [window.span]);
      else known.push(window.span);
    }
  }
  return spans;
}
