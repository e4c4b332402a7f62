import { crc32 } from "../../../foundation/index.ts";
import { ByteCursor } from "../bytes/index.ts";
import { type ChunkFacts, type PageHeader, PageType, readPageHeader } from "../format/index.ts";
import type { SourceFile } from "./source-file.ts";

/** A page whose bytes are what was written. */
export interface Page {
  readonly header: PageHeader;
  readonly bytes: Uint8Array;
  /** Of the bytes in the file. */
  readonly offset: number;
}

export interface ChunkPages {
  readonly dictionary: Page | undefined;
  /** They hold all rows of the chunk. */
  readonly data: readonly Page[];
}

/** Reads a column of a row group and checks it byte for byte. */
export function readPages(file: SourceFile, chunk: ChunkFacts): ChunkPages {
  const { offset: base } = chunk;
  const cursor = new ByteCursor(file.read(base, chunk.sizeBytes));
  const pages: Page[] = [];
  let headersChecksum = 0;
  while (cursor.rest > 0) {
    const start = cursor.at;
    const header = file.checked(base, () => readPageHeader(cursor));
    headersChecksum = crc32(cursor.bytes.subarray(start, cursor.at), headersChecksum);
    const offset = base + cursor.at;
    const bytes = file.checked(base, () => cursor.take(header.sizeBytes));
    if (crc32(bytes) !== header.checksum) throw file.damaged(offset, "a page does not have its checksum");
    pages.push({ header, bytes, offset });
  }
  if (headersChecksum !== chunk.headersChecksum) {
    throw file.damaged(base, "the page headers of a column do not have their checksum");
  }
  const [first] = pages;
  const dictionary = first?.header.type === PageType.dictionary ? first : undefined;
  const data = dictionary === undefined ? pages : pages.slice(1);
  const rows = data.reduce((sum, { header }) => sum + header.valueCount, 0);
  if (rows !== chunk.rowCount || data.some(({ header }) => header.type !== PageType.data)) {
    throw file.damaged(base, "the pages of a column do not have the row group's rows");
  }
  return { dictionary, data };
}
