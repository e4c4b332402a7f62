import { fixedNanos, type IntervalValue, NANOS_PER_SECOND } from "@millrace/sql";
import { bigintText, floorModText, quoteText } from "./sql-text.ts";

/*
 * The engine's own time functions keep microseconds only, so nanosecond time is computed as integers
 * (docs/reference/sql.md, "Time").
 */

export function epochNs(instant: string): string {
  return `epoch_ns(${instant})`;
}

export function instantOf(ns: string): string {
  return `make_timestamp_ns(${ns})`;
}

export function instantLiteral(ns: bigint): string {
  return instantOf(`${bigintText(ns)}::BIGINT`);
}

export function intervalLiteral(value: IntervalValue): string {
  // The engine's intervals have microseconds.
  const micros = value.nanos / 1000n;
  return `(to_months(${value.months}) + to_days(${value.days}) + to_microseconds(${bigintText(micros)}))`;
}

/** Start of the bin of an integer time; bins count from the origin in both directions. */
export function floorBin(ns: string, strideNs: bigint, originNs: bigint): string {
  const shift = originNs % strideNs;
  const shifted = shift === 0n ? ns : `(${ns} - ${bigintText(shift)})`;
  return `(${ns} - (${floorModText(shifted, strideNs)}))`;
}

/** Whole microseconds since the epoch, rounded down. */
export function epochMicros(ns: string): string {
  return `((${ns} - (${floorModText(ns, 1000n)})) // 1000)`;
}

/** Applies a function of microsecond TIMESTAMPs, keeping the nanoseconds below. */
export function throughMicros(ns: string, apply: (timestamp: string) => string): string {
  const micros = `epoch_us(${apply(`make_timestamp(${epochMicros(ns)})`)})`;
  return `(${micros} * 1000 + (${floorModText(ns, 1000n)}))`;
}

/** Moves an instant by a constant interval. */
export function addInterval(instant: string, value: IntervalValue, sign: 1n | -1n): string {
  const ns = epochNs(instant);
  const fixed = fixedNanos({ ...value, months: 0 })! * sign;
  if (value.months === 0) return instantOf(`(${ns} + ${bigintText(fixed)}::BIGINT)`);
  const months = value.months * Number(sign);
  const moved = throughMicros(ns, (timestamp) => `(${timestamp} + to_months(${months}))`);
  return instantOf(`(${moved} + ${bigintText(fixed)}::BIGINT)`);
}

/** What the clock of a zone shows at an instant, as integer nanoseconds of local time. */
export function localNs(ns: string, zone: string | undefined): string {
  if (zone === undefined || zone === "UTC") return ns;
  const fixed = fixedOffsetNs(zone);
  if (fixed !== undefined) return `(${ns} + ${bigintText(fixed)}::BIGINT)`;
  const micros = `epoch_us(timezone(${quoteText(zone)}, make_timestamptz(${epochMicros(ns)})))`;
  return `(${micros} * 1000 + (${floorModText(ns, 1000n)}))`;
}

/** The instant at which the clock of a zone shows a local time; the engine decides between two. */
export function utcNs(local: string, zone: string | undefined): string {
  if (zone === undefined || zone === "UTC") return local;
  const fixed = fixedOffsetNs(zone);
  if (fixed !== undefined) return `(${local} - ${bigintText(fixed)}::BIGINT)`;
  return throughMicros(local, (timestamp) => `timezone(${quoteText(zone)}, ${timestamp})`);
}

function fixedOffsetNs(zone: string): bigint | undefined {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  const seconds = BigInt(match[2]!) * 3600n + BigInt(match[3]!) * 60n;
  return (match[1] === "-" ? -seconds : seconds) * NANOS_PER_SECOND;
}
