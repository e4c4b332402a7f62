export { ByteWriter } from "./byte-writer.ts";
export { createEncoder } from "./create-encoder.ts";
export { type EncodedRows, encodeRows } from "./encode-rows.ts";
export type { RowEncoder } from "./encoder.ts";
