export { decodeName, decodeString, isStringEscape, unescapeString } from "./decode.ts";
export { encodeName, encodeString, InexpressibleError } from "./encode.ts";
export {
  isEscapable,
  KEY,
  MAX_STRING_BYTES,
  MEASUREMENT,
  type NameKind,
  stopsName,
  TAG_VALUE,
} from "./rules.ts";
