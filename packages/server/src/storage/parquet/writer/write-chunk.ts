import { crc32 } from "../../../foundation/index.ts";
import { ByteSink } from "../bytes/index.ts";
import { writeLevels } from "../encodings/index.ts";
import {
  type ChunkFacts,
  ColumnEncoding,
  Compression,
  type PageHeader,
  PageType,
  writePageHeader,
} from "../format/index.ts";
import { compress } from "../snappy/index.ts";
import type { ColumnPlan } from "./column-plan.ts";

/** Compressed pages must be smaller by a quarter: reading them takes longer. */
const LARGEST_COMPRESSED_PART = 0.75;

const page = new ByteSink(65_536);
const compressed = new ByteSink(0);

export interface ChunkPlace {
  /** Takes the bytes. */
  readonly sink: ByteSink;
  /** Of the sink's first byte in the file. */
  readonly base: number;
  /** Without levels, for a column that has no NULLs at all. */
  readonly required: boolean;
}

/** Writes a column of a row group as pages. */
export function writeChunk(plan: ColumnPlan, { sink, base, required }: ChunkPlace): ChunkFacts {
  const offset = base + sink.length;
  const pages = new PageWriter(sink);
  const encodings = new Set<ColumnEncoding>(required ? [] : [ColumnEncoding.rle]);
  if (plan.dictionary !== undefined) {
    const { bytes, count } = plan.dictionary;
    encodings.add(ColumnEncoding.plain);
    pages.write(bytes, { type: PageType.dictionary, valueCount: count, encoding: ColumnEncoding.plain });
  }
  const dataOffset = base + sink.length;
  for (const rows of plan.pages) {
    page.reset();
    if (!required) writeLevels(page, plan.validity, rows.row, rows.rowCount, rows.valueCount);
    const encoding = plan.writeValues(page, rows);
    encodings.add(encoding);
    if (plan.compressible === true && rows.row === 0) pages.compression = worthwhileCompression();
    pages.write(page.written(), { type: PageType.data, valueCount: rows.rowCount, encoding });
  }
  const sizeBytes = base + sink.length - offset;
  return {
    encodings: [...encodings],
    compression: pages.compression,
    rowCount: plan.rowCount,
    nullCount: plan.nullCount,
    range: plan.range,
    offset,
    dataOffset,
    sizeBytes,
    uncompressedBytes: sizeBytes + pages.savedBytes,
    headersChecksum: pages.headersChecksum,
  };
}

/** The first page stands for all of them. */
function worthwhileCompression(): Compression {
  compressed.reset();
  compress(page.written(), compressed);
  return compressed.length < page.length * LARGEST_COMPRESSED_PART ? Compression.snappy : Compression.none;
}

class PageWriter {
  headersChecksum = 0;
  savedBytes = 0;
  /** Must not change behind the first data page, nor where there is a dictionary. */
  compression: Compression = Compression.none;
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(content: Uint8Array, facts: Pick<PageHeader, "type" | "valueCount" | "encoding">): void {
    const sink = this.#sink;
    const start = sink.length;
    const bytes = this.#compressed(content);
    writePageHeader(sink, {
      ...facts,
      uncompressedBytes: content.length,
      sizeBytes: bytes.length,
      checksum: crc32(bytes),
    });
    this.savedBytes += content.length - bytes.length;
    this.headersChecksum = crc32(sink.bytes.subarray(start, sink.length), this.headersChecksum);
    sink.append(bytes);
  }

  #compressed(content: Uint8Array): Uint8Array {
    if (this.compression === Compression.none) return content;
    compressed.reset();
    compress(content, compressed);
    return compressed.written();
  }
}
