export { annotate } from "./annotate.ts";
export type { Insertion, TypedText } from "./typed-text.ts";
