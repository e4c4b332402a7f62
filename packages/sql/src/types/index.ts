export { arrowTypeName, parseArrowTypeName } from "./arrow-name.ts";
export { arithmeticType, commonType, commonTypeOf, comparisonType } from "./coercion.ts";
export { MAX_INSTANT_NS, MIN_INSTANT_NS, parseDay, parseInstant } from "./instant.ts";
export type { IntervalValue } from "./interval.ts";
export {
  addIntervals,
  addToInstant,
  fixedNanos,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  negateInterval,
  parseInterval,
} from "./interval.ts";
export * from "./sql-type.ts";
export { isTimeZone, offsetSecondsAt, wallClockToUtc } from "./zone.ts";
