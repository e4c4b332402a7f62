export * from "./ascii.ts";
export { ByteSource, decodeLatin1, decodeUtf8 } from "./byte-source.ts";
export { isValidUtf8 } from "./utf8.ts";
