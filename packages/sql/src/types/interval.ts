/** An interval keeps its three parts apart: a month has no fixed number of days, a day none of hours. */
export interface IntervalValue {
  readonly months: number;
  readonly days: number;
  readonly nanos: bigint;
}

export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

type UnitSize = { readonly months: number } | { readonly days: number } | { readonly nanos: bigint };

const UNITS: ReadonlyMap<string, UnitSize> = new Map(
  (
    [
      ["century centuries cent c", { months: 1200 }],
      ["decade decades dec decs", { months: 120 }],
      ["year years yr yrs y", { months: 12 }],
      ["month months mon mons", { months: 1 }],
      ["week weeks w", { days: 7 }],
      ["day days d", { days: 1 }],
      ["hour hours hr hrs h", { nanos: 3_600n * NANOS_PER_SECOND }],
      ["minute minutes min mins m", { nanos: 60n * NANOS_PER_SECOND }],
      ["second seconds sec secs s", { nanos: NANOS_PER_SECOND }],
      ["millisecond milliseconds millisecon msec msecs ms", { nanos: 1_000_000n }],
      ["microsecond microseconds usec usecs us", { nanos: 1_000n }],
      ["nanosecond nanoseconds nsec nsecs ns", { nanos: 1n }],
    ] as const
  ).flatMap(([names, size]) => names.split(" ").map((name): [string, UnitSize] => [name, size])),
);

const TERM = /\s*([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)\s*([a-z]+)?/iy;
const CLOCK = /^([+-])?(\d{1,6}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/;

/** Reads "1 hour 30 minutes", "1h", "01:30:00". A number without unit counts `defaultUnit` (seconds when absent). */
export function parseInterval(text: string, defaultUnit = "second"): IntervalValue | undefined {
  const source = text.trim();
  if (source === "") return undefined;
  const clock = CLOCK.exec(source);
  if (clock !== null) return clockInterval(clock);
  let total: IntervalValue = { months: 0, days: 0, nanos: 0n };
  TERM.lastIndex = 0;
  while (TERM.lastIndex < source.length) {
    const term = TERM.exec(source);
    if (term === null) return undefined;
    const size = UNITS.get((term[2] ?? defaultUnit).toLowerCase());
    if (size === undefined) return undefined;
    total = addIntervals(total, scaled(term[1]!, size));
  }
  return total;
}

function clockInterval(match: RegExpExecArray): IntervalValue {
  const [, sign, hours, minutes, seconds, fraction] = match;
  const whole = BigInt(hours!) * 3600n + BigInt(minutes!) * 60n + BigInt(seconds ?? 0);
  const nanos = whole * NANOS_PER_SECOND + BigInt((fraction ?? "").padEnd(9, "0"));
  return { months: 0, days: 0, nanos: sign === "-" ? -nanos : nanos };
}

function scaled(amount: string, size: UnitSize): IntervalValue {
  const negative = amount.startsWith("-");
  const [whole = "0", fraction = ""] = amount.replace(/^[+-]/, "").split(".");
  const billionths =
    (BigInt(whole || "0") * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, "0").slice(0, 9))) *
    (negative ? -1n : 1n);
  if ("nanos" in size) return { months: 0, days: 0, nanos: (billionths * size.nanos) / NANOS_PER_SECOND };
  if ("days" in size) return dayParts(billionths * BigInt(size.days));
  const months = billionths * BigInt(size.months);
  // A fraction of a month counts as that fraction of 30 days.
  const rest = dayParts((months % NANOS_PER_SECOND) * 30n);
  return { ...rest, months: Number(months / NANOS_PER_SECOND) };
}

function dayParts(billionthsOfDays: bigint): IntervalValue {
  return {
    months: 0,
    days: Number(billionthsOfDays / NANOS_PER_SECOND),
    nanos: ((billionthsOfDays % NANOS_PER_SECOND) * NANOS_PER_DAY) / NANOS_PER_SECOND,
  };
}

export function addIntervals(a: IntervalValue, b: IntervalValue): IntervalValue {
  return { months: a.months + b.months, days: a.days + b.days, nanos: a.nanos + b.nanos };
}

export function negateInterval(value: IntervalValue): IntervalValue {
  return { months: -value.months, days: -value.days, nanos: -value.nanos };
}

/** Length in nanoseconds; days count 24 hours. Undefined when the interval has months. */
export function fixedNanos(value: IntervalValue): bigint | undefined {
  return value.months === 0 ? BigInt(value.days) * NANOS_PER_DAY + value.nanos : undefined;
}

/** Moves an instant: months by the calendar (clamped to the month's last day), then days and nanoseconds. */
export function addToInstant(ns: bigint, interval: IntervalValue): bigint {
  let moved = ns;
  if (interval.months !== 0) {
    const inDay = ((ns % NANOS_PER_DAY) + NANOS_PER_DAY) % NANOS_PER_DAY;
    const date = new Date(Number((ns - inDay) / 1_000_000n));
    const month = date.getUTCMonth() + interval.months;
    const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
    const day = Math.min(date.getUTCDate(), lastDay);
    moved = BigInt(Date.UTC(date.getUTCFullYear(), month, day)) * 1_000_000n + inDay;
  }
  return moved + BigInt(interval.days) * NANOS_PER_DAY + interval.nanos;
}
