import type { FileColumn } from "../../types.ts";
import type { ByteSink } from "../bytes/index.ts";
import { CompactWriter } from "../thrift/index.ts";
import { description, FORMAT_VERSION } from "./description.ts";
import type { ChunkFacts, FileFacts, RowGroupFacts } from "./facts.ts";
import { physicalTypeOf, writeColumnSchema } from "./schema.ts";

const PARQUET_VERSION = 2;
/** Readers look for a name, a version and a build in it. */
const CREATED_BY = `millrace version ${FORMAT_VERSION}.0.0 (build parquet-layout)`;

export function writeFooter(sink: ByteSink, file: FileFacts): void {
  new FooterWriter(sink, file).write();
}

class FooterWriter {
  readonly #writer: CompactWriter;
  readonly #file: FileFacts;
  /** In the order of the columns. */
  readonly #names: readonly string[];
  /** Places of the columns that rows are sorted by. */
  readonly #sortedBy: readonly number[];

  constructor(sink: ByteSink, file: FileFacts) {
    const { columns, names } = file;
    this.#writer = new CompactWriter(sink);
    this.#file = file;
    this.#names = columns.map(({ id, name }) => names.get(id) ?? name);
    this.#sortedBy = [...placesOf(columns, "tag"), ...placesOf(columns, "time")];
  }

  write(): void {
    const writer = this.#writer;
    const { columns, rowGroups } = this.#file;
    writer.message(() => {
      writer.i32(1, PARQUET_VERSION);
      writer.structs(2, [undefined, ...columns.keys()], (place) => this.#writeSchema(place));
      writer.i64(
        3,
        rowGroups.reduce((sum, { rowCount }) => sum + rowCount, 0),
      );
      writer.structs(4, [...rowGroups.keys()], (group) => this.#writeRowGroup(rowGroups[group]!, group));
      writer.structs(5, [description(this.#file)], (text) => {
        writer.text(1, "millrace");
        writer.text(2, text);
      });
      writer.text(6, CREATED_BY);
      // Statistics of every column are in the order of its type.
      writer.structs(7, columns, () => writer.struct(1, () => {}));
    });
  }

  #writeSchema(place: number | undefined): void {
    if (place === undefined) {
      this.#writer.text(4, "schema");
      this.#writer.i32(5, this.#names.length);
    } else {
      writeColumnSchema(this.#writer, this.#file.columns[place]!, this.#names[place]!);
    }
  }

  #writeRowGroup({ rowCount, chunks }: RowGroupFacts, group: number): void {
    const writer = this.#writer;
    writer.structs(1, [...chunks.keys()], (place) => this.#writeChunk(chunks[place]!, place));
    writer.i64(
      2,
      chunks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0),
    );
    writer.i64(3, rowCount);
    writer.structs(4, this.#sortedBy, (place) => {
      writer.i32(1, place);
      writer.bool(2, false);
      writer.bool(3, true);
    });
    writer.i64(5, chunks[0]!.offset);
    writer.i64(
      6,
      chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    if (group <= 0x7fff) writer.i16(7, group);
  }

  #writeChunk(chunk: ChunkFacts, place: number): void {
    const writer = this.#writer;
    writer.i64(2, chunk.offset);
    writer.struct(3, () => {
      writer.i32(1, physicalTypeOf(this.#file.columns[place]!));
      writer.i32s(2, chunk.encodings);
      writer.texts(3, [this.#names[place]!]);
      writer.i32(4, chunk.compression);
      writer.i64(5, chunk.rowCount);
      writer.i64(6, chunk.uncompressedBytes);
      writer.i64(7, chunk.sizeBytes);
      writer.i64(9, chunk.dataOffset);
      if (chunk.dataOffset !== chunk.offset) writer.i64(11, chunk.offset);
      writer.struct(12, () => this.#writeStatistics(chunk));
    });
  }

  #writeStatistics({ nullCount, range }: ChunkFacts): void {
    const writer = this.#writer;
    writer.i64(3, nullCount);
    if (range === undefined) return;
    writer.binary(5, range.max);
    writer.binary(6, range.min);
    writer.bool(7, true);
    writer.bool(8, true);
  }
}

function placesOf(columns: readonly FileColumn[], kind: FileColumn["kind"]): number[] {
  return columns.flatMap((column, place) => (column.kind === kind ? [place] : []));
}
