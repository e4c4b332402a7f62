export { keyMatches } from "./byte-dictionary.ts";
export type { FieldKeys, MeasurementFields } from "./field-keys.ts";
export { finishHash, mixWord, randomSeed } from "./hash.ts";
export { ID, KEY_LENGTH, NEXT, NO_RECORD, SLOT } from "./record.ts";
export { findRepeatedTag, type SeriesKeys, type Tag } from "./series-keys.ts";
export { type Measurements, Vocabulary } from "./vocabulary.ts";
