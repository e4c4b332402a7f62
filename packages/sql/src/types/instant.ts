import { offsetSecondsAt, wallClockToUtc } from "./zone.ts";

export const MIN_INSTANT_NS = -(2n ** 63n) + 1n;
export const MAX_INSTANT_NS = 2n ** 63n - 2n;

const INSTANT =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9})\d*)?)?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?|[A-Za-z][A-Za-z0-9_+/-]*)?$/;

/** Reads a timestamp text to nanoseconds since the epoch; no zone means `zone`, UTC when absent. */
export function parseInstant(text: string, zone?: string): bigint | undefined {
  const match = INSTANT.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", suffix] = match;
  if (!validClock(Number(hour), Number(minute), Number(second))) return undefined;
  const midnight = utcDay(Number(year), Number(month), Number(day));
  if (midnight === undefined) return undefined;
  const seconds = midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const shifted = toUtcSeconds(seconds, suffix, zone);
  if (shifted === undefined) return undefined;
  const ns = BigInt(shifted) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return ns < MIN_INSTANT_NS || ns > MAX_INSTANT_NS ? undefined : ns;
}

function validClock(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

function utcDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function toUtcSeconds(
  local: number,
  suffix: string | undefined,
  zone: string | undefined,
): number | undefined {
  if (suffix === undefined) return zone === undefined ? local : wallClockToUtc(local, zone);
  if (suffix === "Z" || suffix === "z") return local;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(suffix);
  if (offset !== null) {
    const seconds = Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60;
    return offset[1] === "-" ? local + seconds : local - seconds;
  }
  return offsetSecondsAt(suffix, local) === undefined ? undefined : wallClockToUtc(local, suffix);
}

/** Reads YYYY-MM-DD to days since the epoch. */
export function parseDay(text: string): number | undefined {
  const ns = parseInstant(text);
  return ns === undefined ? undefined : Math.floor(Number(ns / 1_000_000_000n) / 86_400);
}
