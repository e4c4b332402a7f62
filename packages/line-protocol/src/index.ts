export type { MeasurementFields, Measurements, SeriesKeys, Tag } from "./dictionary/index.ts";
export { LineError } from "./errors/index.ts";
export { isValidUtf8 } from "./foundation/index.ts";
export { FieldType, ParsedLine } from "./line/index.ts";
export { decodeString, InexpressibleError, unescapeString } from "./names/index.ts";
export { int64FromHalves, uint64FromHalves } from "./numbers/index.ts";
export { LineParser, type LineParserOptions, type ParseOptions } from "./parser/index.ts";
export { PRECISION_NAMES, Precision } from "./precision/index.ts";
