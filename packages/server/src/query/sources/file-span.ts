import {
  type ColumnBatch,
  type ColumnBuilder,
  columnBuilder,
  type FileColumn,
  type ParquetContents,
  type RowGroup,
  type SortedRows,
} from "../../storage/index.ts";
import { TimeFilter } from "../execute/index.ts";
import { covers, overlaps, type Span } from "./spans.ts";

/**
 * The rows of a data file within a span, in their order. Of row groups that are only in part within it the times are
 * read first, and the rest only when there are rows to show.
 */
export class FileSpan implements SortedRows {
  readonly #file: ParquetContents;
  readonly #columns: readonly FileColumn[];
  readonly #ids: readonly number[];
  readonly #timeId: number;
  readonly #span: Span;
  readonly #filter: TimeFilter;
  #builders: readonly ColumnBuilder[] | undefined;
  #nextGroup = 0;

  /** `time` is among the columns. */
  constructor(file: ParquetContents, columns: readonly FileColumn[], span: Span) {
    this.#file = file;
    this.#columns = columns;
    this.#ids = columns.map((column) => column.id);
    this.#timeId = columns.find((column) => column.kind === "time")!.id;
    this.#span = span;
    this.#filter = new TimeFilter([span]);
  }

  next(): ColumnBatch | undefined {
    const groups = this.#file.rowGroups;
    while (this.#nextGroup < groups.length) {
      const index = this.#nextGroup++;
      const spanOfGroup = spanOf(groups[index]!);
      if (!overlaps(this.#span, spanOfGroup)) continue;
      if (covers(this.#span, spanOfGroup)) return this.#file.readColumns(index, this.#ids);
      const runs = this.#runsWithin(index);
      if (runs.length > 0) return this.#picked(index, runs);
    }
    return undefined;
  }

  /** First row and length of each run of rows that are within the span. */
  #runsWithin(group: number): readonly number[] {
    const { rowCount, columns } = this.#file.readColumns(group, [this.#timeId]);
    const time = columns[0];
    if (time?.kind !== "words") throw new TypeError("a data file has no times");
    const runs: number[] = [];
    for (let row = 0; row < rowCount; row++) {
      if (!this.#filter.passes(time.words, row)) continue;
      const start = row;
      while (row + 1 < rowCount && this.#filter.passes(time.words, row + 1)) row++;
      runs.push(start, row + 1 - start);
    }
    return runs;
  }

  #picked(group: number, runs: readonly number[]): ColumnBatch {
    const { columns } = this.#file.readColumns(group, this.#ids);
    const builders = this.#openBuilders();
    let rowCount = 0;
    for (let at = 1; at < runs.length; at += 2) rowCount += runs[at]!;
    const picked = builders.map((builder, place) => {
      builder.begin();
      for (let at = 0; at < runs.length; at += 2) builder.append(columns[place], 0, runs[at]!, runs[at + 1]!);
      return builder.finish();
    });
    return { rowCount, columns: picked };
  }

  #openBuilders(): readonly ColumnBuilder[] {
    if (this.#builders === undefined) {
      const capacity = this.#file.rowGroups.reduce((most, { rowCount }) => Math.max(most, rowCount), 0);
      this.#builders = this.#columns.map((column) => columnBuilder(column, capacity));
    }
    return this.#builders;
  }
}

function spanOf(group: RowGroup): Span {
  return { minNs: group.minTimeNs, maxNs: group.maxTimeNs };
}
