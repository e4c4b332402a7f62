import { GrammarError } from "./error.ts";

/** Long names, as they travel on the wire. `minute` and `hour` exist on the v1 and v2 write routes only. */
export type Precision = "auto" | "second" | "millisecond" | "microsecond" | "nanosecond";
export type LegacyPrecision = Exclude<Precision, "auto"> | "minute" | "hour";

/** Spellings of `write_lp` and the command line. */
export const PRECISION_SPELLINGS = {
  auto: "auto",
  second: "second",
  s: "second",
  millisecond: "millisecond",
  ms: "millisecond",
  microsecond: "microsecond",
  us: "microsecond",
  u: "microsecond",
  nanosecond: "nanosecond",
  ns: "nanosecond",
  n: "nanosecond",
} as const satisfies Record<string, Precision>;

/** Spellings of the v1 and v2 write routes; an empty value means the default. */
export const LEGACY_PRECISION_SPELLINGS = {
  "": "nanosecond",
  ns: "nanosecond",
  n: "nanosecond",
  nanosecond: "nanosecond",
  us: "microsecond",
  u: "microsecond",
  µ: "microsecond",
  microsecond: "microsecond",
  ms: "millisecond",
  millisecond: "millisecond",
  s: "second",
  second: "second",
  m: "minute",
  h: "hour",
} as const satisfies Record<string, LegacyPrecision>;

export function parsePrecision(text: string): Precision {
  if (!Object.hasOwn(PRECISION_SPELLINGS, text)) {
    throw new GrammarError(`unrecognized precision unit: ${text}`);
  }
  return PRECISION_SPELLINGS[text as keyof typeof PRECISION_SPELLINGS];
}
