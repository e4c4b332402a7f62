export { type FieldValue, formatLine, type Point } from "./format-line.ts";
