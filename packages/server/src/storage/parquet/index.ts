export { StorageDamagedError, UnsupportedFileError } from "./errors.ts";
export { physicalNames } from "./physical-names.ts";
export { ParquetFile } from "./reader/index.ts";
export type { FileOrigin, ParquetContents, ParquetWriterOptions, RowGroup, WrittenFile } from "./types.ts";
export { ParquetWriter } from "./writer/index.ts";
