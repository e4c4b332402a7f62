import { countBits } from "../../bits/index.ts";
import type { ColumnVector, FileColumn } from "../../types.ts";
import { ByteCursor } from "../bytes/index.ts";
import { readLevels } from "../encodings/index.ts";
import { type ChunkFacts, Compression } from "../format/index.ts";
import { uncompress } from "../snappy/index.ts";
import { type ColumnDecoder, decoderOf } from "./column-decoder.ts";
import { readPages } from "./page.ts";
import type { SourceFile } from "./source-file.ts";

/** Undefined when no row has a value. */
export function readChunk(file: SourceFile, column: FileColumn, chunk: ChunkFacts): ColumnVector | undefined {
  const { rowCount, nullCount, offset } = chunk;
  const isCompressed = chunk.compression === Compression.snappy;
  if (!isCompressed && chunk.compression !== Compression.none) {
    throw file.damaged(offset, `compression ${chunk.compression} is not one that files of ours have`);
  }
  const { dictionary, data } = readPages(file, chunk);
  if (nullCount === rowCount) return undefined;
  const decoder = decoderOf(column, rowCount);
  if (dictionary !== undefined) {
    file.checked(dictionary.offset, () =>
      decoder.readDictionary(new ByteCursor(dictionary.bytes), dictionary.header.valueCount),
    );
  }
  const validity = nullCount === 0 ? undefined : new Uint8Array((rowCount + 7) >> 3);
  let row = 0;
  for (const page of data) {
    file.checked(page.offset, () => {
      const cursor = new ByteCursor(
        isCompressed ? uncompress(page.bytes, page.header.uncompressedBytes) : page.bytes,
      );
      const rows = { row, rowCount: page.header.valueCount, validity };
      if (column.kind !== "time") readPresence(cursor, rows);
      readValues(decoder, cursor, page.header.encoding, rows);
    });
    row += page.header.valueCount;
  }
  return decoder.finish(validity);
}

interface PageRange {
  readonly row: number;
  readonly rowCount: number;
  /** Of all rows of the chunk. */
  readonly validity: Uint8Array | undefined;
}

function readPresence(cursor: ByteCursor, { row, rowCount, validity }: PageRange): void {
  // Without NULLs in the chunk there is one run, which says nothing new.
  if (validity === undefined) cursor.skip(cursor.u32());
  else readLevels(cursor, { validity, row }, rowCount);
}

function readValues(
  decoder: ColumnDecoder,
  cursor: ByteCursor,
  encoding: number,
  { row, rowCount, validity }: PageRange,
): void {
  const valueCount = validity === undefined ? rowCount : countBits(validity, row, rowCount);
  decoder.readValues(cursor, encoding, row, valueCount);
  if (cursor.rest > 0) throw cursor.malformed("a page has more than its values");
  if (validity !== undefined && valueCount < rowCount) decoder.spread(validity, row, rowCount, valueCount);
}
