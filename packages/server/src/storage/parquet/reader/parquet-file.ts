import type { ByteSource, ColumnBatch, ColumnVector, FileColumn } from "../../types.ts";
import { ByteCursor } from "../bytes/index.ts";
import { type RowGroupFacts, readFooter } from "../format/index.ts";
import { TimeSpan } from "../time-span.ts";
import type { FileOrigin, ParquetContents, RowGroup } from "../types.ts";
import { readChunk } from "./read-chunk.ts";
import { readDescription } from "./read-description.ts";
import { SourceFile } from "./source-file.ts";

/**
 * A file that a ParquetWriter wrote. Whatever is read is checked, and bytes that are not what was written are reported
 * as StorageDamagedError.
 */
export class ParquetFile implements ParquetContents {
  readonly name: string;
  readonly columns: readonly FileColumn[];
  readonly origin: FileOrigin | undefined;
  readonly rowCount: number;
  readonly rowGroups: readonly RowGroup[];
  readonly #file: SourceFile;
  readonly #facts: readonly RowGroupFacts[];
  readonly #places: ReadonlyMap<number, number>;

  private constructor(file: SourceFile) {
    const { footer, footerOffset, headerChecksums } = file.readEnd();
    const { rowGroups, description } = file.checked(footerOffset, () => readFooter(new ByteCursor(footer)));
    const { columns, origin } = readDescription(file.name, description);
    this.name = file.name;
    this.columns = columns;
    this.origin = origin;
    this.#file = file;
    this.#facts = withChecksums(rowGroups, headerChecksums);
    if (rowGroups.some(({ chunks }) => chunks.length !== columns.length)) {
      throw file.damaged(footerOffset, "row groups and the list of columns do not fit together");
    }
    this.#places = new Map(columns.map(({ id }, place) => [id, place]));
    const time = columns.findIndex(({ kind }) => kind === "time");
    this.rowGroups = rowGroups.map((group) => ({ rowCount: group.rowCount, ...timesOf(file, group, time) }));
    this.rowCount = rowGroups.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  /** `name` is what errors call the file. The source must stay open as long as columns are read. */
  static open(source: ByteSource, name: string): ParquetFile {
    return new ParquetFile(new SourceFile(source, name));
  }

  readColumns(rowGroup: number, columnIds: readonly number[]): ColumnBatch {
    const { rowCount, chunks } = this.#facts[rowGroup]!;
    const columns = columnIds.map((id): ColumnVector | undefined => {
      const place = this.#places.get(id);
      if (place === undefined) return undefined;
      return readChunk(this.#file, this.columns[place]!, chunks[place]!);
    });
    return { rowCount, columns };
  }
}

/** The checksums are in the order of the row groups and, within them, of the columns. */
function withChecksums(rowGroups: readonly RowGroupFacts[], checksums: readonly number[]): RowGroupFacts[] {
  let at = 0;
  return rowGroups.map(({ rowCount, chunks }) => ({
    rowCount,
    chunks: chunks.map((chunk) => ({ ...chunk, headersChecksum: checksums[at++] ?? 0 })),
  }));
}

function timesOf(file: SourceFile, { chunks }: RowGroupFacts, place: number) {
  const chunk = chunks[place];
  const range = chunk?.range;
  if (range?.min.length !== 8 || range.max.length !== 8) {
    throw file.damaged(chunk?.offset ?? 0, "a row group does not say when its rows are");
  }
  const times = new TimeSpan();
  times.add(range);
  return { minTimeNs: times.minTimeNs, maxTimeNs: times.maxTimeNs };
}
