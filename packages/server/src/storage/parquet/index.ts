export { StorageDamagedError, UnsupportedFileError } from "./errors.ts";
export { physicalNames } from "./physical-names.ts";
export type { FileOrigin, ParquetContents, ParquetWriterOptions, RowGroup, WrittenFile } from "./types.ts";
export { ParquetWriter } from "./writer/index.ts";
