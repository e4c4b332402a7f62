import { findTransitions } from "./transitions.ts";
import { encodeTimeZone } from "./tzif.ts";

/** Upper-case first letters as in the time zone database; keeps out offsets and paths, which ICU might accept. */
const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/** A TZif file for one IANA zone, computed from the rules that Node's ICU carries; undefined for an unknown zone. */
export function timeZoneFile(name: string): Uint8Array | undefined {
  if (!ZONE_NAME.test(name)) return undefined;
  try {
    return encodeTimeZone(findTransitions(name));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function timeZoneNames(): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}
