import { twoDigits } from "./number-text.ts";
import { zoneOffsetSeconds } from "./zone-offsets.ts";

const TWO_TO_32 = 4294967296;
const SECONDS_A_DAY = 86_400;

const NANOS_A_SECOND = 1e9;

/** Whole seconds, rounded down, and the nanoseconds after them; reused, so that no row allocates one. */
export interface SplitTime {
  seconds: number;
  nanos: number;
}

/**
 * Splits nanoseconds given as halves without a BigInt. The quotient of doubles is off by at most one; the remainder
 * comes from the low 32 bits alone, where the arithmetic is exact, and shows which way to correct.
 */
export function splitNanos(low: number, high: number, into: SplitTime): SplitTime {
  let seconds = Math.floor((high * TWO_TO_32 + (low >>> 0)) / NANOS_A_SECOND);
  let rest = (low - Math.imul(seconds | 0, NANOS_A_SECOND)) | 0;
  if (rest < 0) {
    seconds--;
    rest += NANOS_A_SECOND;
  } else if (rest >= NANOS_A_SECOND) {
    seconds++;
    rest -= NANOS_A_SECOND;
  }
  into.seconds = seconds;
  into.nanos = rest;
  return into;
}

/** `2022-01-01T08:00:00`, with three, six or nine digits of fraction only when it is not zero. */
export function timestampText(time: SplitTime, zone?: string): string {
  if (zone === undefined) return localText(time.seconds, time.nanos);
  const offset = zoneOffsetSeconds(zone, time.seconds);
  return localText(time.seconds + offset, time.nanos) + offsetText(zone, offset);
}

function localText(seconds: number, nanos: number): string {
  const day = Math.floor(seconds / SECONDS_A_DAY);
  return `${dateText(day)}T${clockText(seconds - day * SECONDS_A_DAY, nanos)}`;
}

/** `08:00:00`, with a fraction only when it is not zero. */
export function clockText(secondOfDay: number, nanos: number): string {
  const hours = Math.floor(secondOfDay / 3600);
  const minutes = Math.floor((secondOfDay - hours * 3600) / 60);
  const seconds = secondOfDay - hours * 3600 - minutes * 60;
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}${fractionText(nanos)}`;
}

function fractionText(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (nanos % 1_000_000 === 0) return `.${digits.slice(0, 3)}`;
  return nanos % 1000 === 0 ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

function offsetText(zone: string, offset: number): string {
  if (offset === 0 && (zone === "UTC" || zone === "Etc/UTC" || zone === "Z" || zone === "+00:00")) return "Z";
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${twoDigits(Math.floor(size / 3600))}:${twoDigits(Math.floor((size % 3600) / 60))}`;
}

let lastDay = Number.NaN;
let lastDayText = "";

/** `2022-01-01` for days since the epoch; neighbouring rows mostly share their day. */
export function dateText(day: number): string {
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = civilText(day);
  }
  return lastDayText;
}

/** Days to year, month, day in the proleptic Gregorian calendar, counted in 400-year cycles from March. */
function civilText(day: number): string {
  const shifted = day + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const dayOfCycle = shifted - cycle * 146_097;
  const leaps =
    Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leaps) / 365);
  const leapDays = Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100);
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + leapDays);
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(4, "0")}`;
}

/** ISO 8601 in seconds only, as the original prints durations: `PT0.03S`, `P0D`. */
export function durationText(nanos: bigint): string {
  if (nanos === 0n) return "P0D";
  return `${nanos < 0n ? "-" : ""}P${secondsText(nanos < 0n ? -nanos : nanos)}`;
}

/** ISO 8601 with the three parts an interval keeps apart: `P1M2DT3.5S`. */
export function intervalText(months: number, days: number, nanos: bigint): string {
  if (months === 0 && days === 0) return durationText(nanos);
  const sign = nanos < 0n ? "-" : "";
  const time = nanos === 0n ? "" : secondsText(nanos < 0n ? -nanos : nanos, sign);
  return `P${months === 0 ? "" : `${months}M`}${days === 0 ? "" : `${days}D`}${time}`;
}

function secondsText(nanos: bigint, sign = ""): string {
  const fraction = String(nanos % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `T${sign}${nanos / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}S`;
}
