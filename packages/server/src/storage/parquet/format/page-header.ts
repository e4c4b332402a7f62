import type { ByteCursor, ByteSink } from "../bytes/index.ts";
import { CompactReader, CompactWriter } from "../thrift/index.ts";
import { ColumnEncoding, PageType } from "./constants.ts";

export interface PageHeader {
  readonly type: PageType;
  readonly uncompressedBytes: number;
  readonly sizeBytes: number;
  /** CRC-32 of what the page holds, as it is in the file. */
  readonly checksum: number;
  /** Rows of a data page, values of a dictionary. */
  readonly valueCount: number;
  readonly encoding: ColumnEncoding;
}

export function writePageHeader(sink: ByteSink, header: PageHeader): void {
  const writer = new CompactWriter(sink);
  writer.message(() => {
    writer.i32(1, header.type);
    writer.i32(2, header.uncompressedBytes);
    writer.i32(3, header.sizeBytes);
    writer.i32(4, header.checksum | 0);
    writer.struct(header.type === PageType.data ? 5 : 7, () => {
      writer.i32(1, header.valueCount);
      writer.i32(2, header.encoding);
      if (header.type === PageType.dictionary) return;
      writer.i32(3, ColumnEncoding.rle);
      writer.i32(4, ColumnEncoding.rle);
    });
  });
}

export function readPageHeader(cursor: ByteCursor): PageHeader {
  const reader = new CompactReader(cursor);
  const found = { type: -1, uncompressedBytes: -1, sizeBytes: -1, checksum: 0, valueCount: -1, encoding: -1 };
  let inner = -1;
  reader.message((id) => {
    if (id === 1) found.type = reader.i32();
    else if (id === 2) found.uncompressedBytes = reader.i32();
    else if (id === 3) found.sizeBytes = reader.i32();
    else if (id === 4) found.checksum = reader.i32() >>> 0;
    else if (id === 5 || id === 7) {
      inner = id === 5 ? PageType.data : PageType.dictionary;
      reader.struct((innerId) => {
        if (innerId === 1) found.valueCount = reader.i32();
        else if (innerId === 2) found.encoding = reader.i32();
      });
    }
  });
  const sizes = Math.min(found.uncompressedBytes, found.sizeBytes, found.valueCount);
  if (found.type !== inner || sizes < 0) throw cursor.malformed("a page header is not one of ours");
  return found as PageHeader;
}
