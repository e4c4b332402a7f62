import type { RowOrder, TableView } from "../../buffer/index.ts";
import { type DataFile, selectColumns } from "../../storage/index.ts";
import { bufferScan, rowsScan, type ScanSource, sortedScan, type TagEntriesOf } from "../execute/index.ts";
import { MergedRows, type RowOpener } from "./merged-rows.ts";
import { type Reading, scanText, selectFiles, selectScan } from "./part-text.ts";
import type { MergeWindow, SourcePlan } from "./plan-source.ts";
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
    const files: string[] = [];
    if (plan.whole.length > 0) files.push(selectFiles(reading, plan.whole.map(pathOf), plan.cut));
    for (const { file, span } of plan.stretches) files.push(selectFiles(reading, [pathOf(file)], span));
    const scans = plan.buffered.map(({ view, spans }) => this.#buffered(reading, view, spans));
    if (plan.merges.length > 0) scans.push(this.#merged(reading, plan.merges));
    if (files.length + scans.length === 0) scans.push(this.#nothing(reading));
    if (files.length === 0 && scans.length === 1) return this.whole(scans[0]!);
    const branches = [...files, ...scans.map((scan) => selectScan(reading, this.#add(scan)))];
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
