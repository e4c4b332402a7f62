import type { ColumnBatch, ColumnVector, FileColumn } from "../../types.ts";
import { ByteSink } from "../bytes/index.ts";
import {
  type ChunkFacts,
  MAGIC,
  MOST_GROUP_ROWS,
  type RowGroupFacts,
  type ValueRange,
  writeChecksumBlock,
  writeFooter,
} from "../format/index.ts";
import { physicalNames } from "../physical-names.ts";
import { TimeSpan } from "../time-span.ts";
import type { FileOrigin, ParquetWriterOptions, WrittenFile } from "../types.ts";
import { planColumn } from "./plan-column.ts";
import { writeChunk } from "./write-chunk.ts";

/** Used again for every row group of every file: fresh memory of megabytes costs more than what is written into it. */
const groupSink = new ByteSink(65_536);

/** Writes rows, which come sorted, as a Parquet file; holds no more of it than one row group and the footer. */
export class ParquetWriter {
  readonly #columns: readonly FileColumn[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #origin: FileOrigin | undefined;
  readonly #rowGroups: RowGroupFacts[] = [];
  readonly #times = new TimeSpan();
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  #rowCount = 0;

  constructor({ columns, names, origin }: ParquetWriterOptions) {
    this.#columns = columns;
    this.#names = names ?? physicalNames(columns);
    this.#origin = origin;
    this.#addPiece(MAGIC);
  }

  /** The rows of a batch become a row group; 122,880 of them are a good number. Nothing of the batch is kept. */
  addRowGroup(batch: ColumnBatch): void {
    const { rowCount } = batch;
    if (rowCount === 0) return;
    if (rowCount > MOST_GROUP_ROWS) throw new Error(`a row group of ${rowCount} rows is too large`);
    groupSink.reset();
    const chunks = this.#columns.map((column, place) =>
      this.#writeColumn(groupSink, column, batch.columns[place], rowCount),
    );
    this.#addPiece(groupSink.written().slice());
    this.#rowGroups.push({ rowCount, chunks });
    this.#rowCount += rowCount;
  }

  /** What was written since the last call: bytes of the file, to be joined in this order. */
  takePieces(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  finish(): WrittenFile {
    if (this.#rowCount === 0) throw new Error("a data file must have rows");
    const footer = new ByteSink(4096);
    writeFooter(footer, {
      columns: this.#columns,
      names: this.#names,
      origin: this.#origin,
      rowGroups: this.#rowGroups,
    });
    const checksums = this.#rowGroups.flatMap(({ chunks }) => chunks.map((chunk) => chunk.headersChecksum));
    const end = new ByteSink(checksums.length * 4 + footer.length + 32);
    writeChecksumBlock(end, checksums, footer.written());
    end.append(footer.written());
    end.u32(footer.length);
    end.append(MAGIC);
    this.#addPiece(end.written());
    const { minTimeNs, maxTimeNs } = this.#times;
    return {
      pieces: this.takePieces(),
      sizeBytes: this.#sizeBytes,
      rowCount: this.#rowCount,
      minTimeNs,
      maxTimeNs,
    };
  }

  #writeColumn(
    sink: ByteSink,
    column: FileColumn,
    vector: ColumnVector | undefined,
    rowCount: number,
  ): ChunkFacts {
    const isTime = column.kind === "time";
    if (isTime && !(vector?.kind === "words" && vector.validity === undefined)) {
      throw new Error("every row must have a time");
    }
    const chunk = writeChunk(planColumn(column, vector, rowCount), {
      sink,
      base: this.#sizeBytes,
      required: isTime,
    });
    // Rows with a time have a first and a last one.
    if (isTime) this.#times.add(chunk.range as ValueRange);
    return chunk;
  }

  #addPiece(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#sizeBytes += bytes.length;
  }
}
