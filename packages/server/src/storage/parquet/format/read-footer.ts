import { type ByteCursor, MalformedBytes } from "../bytes/index.ts";
import { CompactReader } from "../thrift/index.ts";
import { Compression, MOST_GROUP_ROWS } from "./constants.ts";
import type { ChunkFacts, RowGroupFacts } from "./facts.ts";

export interface FooterFacts {
  /** The text under the key `millrace`. */
  readonly description: string | undefined;
  readonly rowGroups: readonly RowGroupFacts[];
}

/** Reads what we need of a footer. Checksums of page headers are not in it. */
export function readFooter(cursor: ByteCursor): FooterFacts {
  const reader = new CompactReader(cursor);
  let rowGroups: RowGroupFacts[] = [];
  let description: string | undefined;
  reader.message((id) => {
    if (id === 4) rowGroups = reader.structs(() => readRowGroup(reader));
    else if (id === 5) {
      const pairs = reader.structs(() => readPair(reader));
      description = pairs.find(({ key }) => key === "millrace")?.value;
    }
  });
  return { rowGroups, description };
}

function readPair(reader: CompactReader): { key: string; value: string } {
  const pair = { key: "", value: "" };
  reader.message((id) => {
    if (id === 1) pair.key = reader.text();
    else if (id === 2) pair.value = reader.text();
  });
  return pair;
}

function readRowGroup(reader: CompactReader): RowGroupFacts {
  let rowCount = -1;
  let chunks: ChunkFacts[] = [];
  reader.message((id) => {
    if (id === 1) chunks = reader.structs(() => readChunk(reader));
    else if (id === 3) rowCount = reader.i64();
  });
  if (rowCount < 0 || chunks.some((chunk) => chunk.rowCount !== rowCount)) {
    throw new MalformedBytes(0, "columns of a row group have different numbers of rows");
  }
  if (rowCount > MOST_GROUP_ROWS) throw new MalformedBytes(0, "a row group has more rows than any of ours");
  return { rowCount, chunks };
}

function readChunk(reader: CompactReader): ChunkFacts {
  const found = {
    encodings: [],
    compression: Compression.none as Compression,
    rowCount: -1,
    nullCount: 0,
    range: undefined as ChunkFacts["range"],
    offset: -1,
    dataOffset: -1,
    sizeBytes: -1,
    uncompressedBytes: -1,
    headersChecksum: 0,
  };
  let dictionaryOffset: number | undefined;
  reader.message((id) => {
    if (id !== 3) return;
    reader.struct((part) => {
      if (part === 4) found.compression = reader.i32() as Compression;
      else if (part === 5) found.rowCount = reader.i64();
      else if (part === 6) found.uncompressedBytes = reader.i64();
      else if (part === 7) found.sizeBytes = reader.i64();
      else if (part === 9) found.dataOffset = reader.i64();
      else if (part === 11) dictionaryOffset = reader.i64();
      else if (part === 12) Object.assign(found, readStatistics(reader));
    });
  });
  found.offset = dictionaryOffset ?? found.dataOffset;
  if (Math.min(found.rowCount, found.offset, found.sizeBytes, found.nullCount) < 0) {
    throw new MalformedBytes(0, "a column's place is not stated");
  }
  return found;
}

function readStatistics(reader: CompactReader): Pick<ChunkFacts, "nullCount" | "range"> {
  let nullCount = 0;
  let min: Uint8Array | undefined;
  let max: Uint8Array | undefined;
  reader.struct((id) => {
    if (id === 3) nullCount = reader.i64();
    else if (id === 5) max = reader.binary();
    else if (id === 6) min = reader.binary();
  });
  return { nullCount, range: min !== undefined && max !== undefined ? { min, max } : undefined };
}
