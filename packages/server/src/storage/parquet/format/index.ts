export { type ChecksumBlock, readChecksumBlock, writeChecksumBlock } from "./checksum-block.ts";
export { ColumnEncoding, Compression, MAGIC, MOST_GROUP_ROWS, PageType, PhysicalType } from "./constants.ts";
export { description, type FileDescription, FORMAT_VERSION, parseDescription } from "./description.ts";
export type { ChunkFacts, FileFacts, RowGroupFacts, ValueRange } from "./facts.ts";
export { type PageHeader, readPageHeader, writePageHeader } from "./page-header.ts";
export { type FooterFacts, readFooter } from "./read-footer.ts";
export { physicalTypeOf } from "./schema.ts";
export { writeFooter } from "./write-footer.ts";
