export { ID, KEY_LENGTH, keyMatches, NEXT, NO_RECORD, SLOT } from "./byte-dictionary.ts";
export type { FieldKeys, MeasurementFields } from "./field-keys.ts";
export { finishHash, mixWord, randomSeed } from "./hash.ts";
export { findRepeatedTag, type SeriesKeys, type Tag } from "./series-keys.ts";
export { type Measurements, Vocabulary } from "./vocabulary.ts";
