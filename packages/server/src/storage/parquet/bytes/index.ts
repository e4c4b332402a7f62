export { copyBits, countBits, isSet, setBits } from "./bits.ts";
export { ByteCursor, MalformedBytes } from "./byte-cursor.ts";
export { ByteSink } from "./byte-sink.ts";
