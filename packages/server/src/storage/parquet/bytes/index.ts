export { ByteCursor, MalformedBytes } from "./byte-cursor.ts";
export { ByteSink } from "./byte-sink.ts";
