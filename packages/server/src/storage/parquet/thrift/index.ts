export { CompactReader } from "./compact-reader.ts";
export { CompactWriter } from "./compact-writer.ts";
export { ThriftType } from "./types.ts";
