export { canonicalLine } from "./canonical-line.ts";
export { readPoint } from "./read-point.ts";
export { RowReader, type RowVisitor } from "./row-reader.ts";
export { StringTable } from "./string-table.ts";
