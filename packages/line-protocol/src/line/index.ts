export { FieldType, ParsedLine } from "./parsed-line.ts";
export { RepetitionCheck } from "./repetition.ts";
