import {
  type CallExpr,
  fixedNanos,
  type IntervalValue,
  type LiteralExpr,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  notImplemented,
  planError,
  zoneOf,
} from "@millrace/sql";
import { convertText } from "../casts.ts";
import { floorModText, quoteText } from "../sql-text.ts";
import { epochMicros, epochNs, floorBin, instantOf, localNs, utcNs } from "../time-text.ts";
import { formatTime, parseTime } from "./chrono.ts";
import { constantText, type Emitter } from "./emitter.ts";
import { dateBinWallClock } from "./wall-clock.ts";

function constantInterval(call: CallExpr): IntervalValue {
  const stride = call.args[0];
  if (stride?.node === "literal" && stride.value !== null) return stride.value as IntervalValue;
  throw notImplemented(`${call.name} with an interval that is not constant`);
}

export function constantOrigin(call: CallExpr): bigint {
  const origin = call.args[2];
  if (origin === undefined) return 0n;
  if (origin.node === "literal" && typeof origin.value === "bigint") return origin.value;
  throw notImplemented(`${call.name} with an origin that is not constant`);
}

export function constantStride(call: CallExpr): bigint {
  const nanos = fixedNanos(constantInterval(call));
  if (nanos === undefined)
    throw planError(`${call.name} does not support intervals of months: they differ in length`);
  if (nanos <= 0n) throw planError(`${call.name.toUpperCase()} stride must be greater than zero`);
  return nanos;
}

const dateBin: Emitter = ([, instant], call) => {
  const interval = constantInterval(call);
  if (interval.months === 0)
    return instantOf(floorBin(epochNs(instant!), constantStride(call), constantOrigin(call)));
  if (interval.days !== 0 || interval.nanos !== 0n) {
    throw planError("DATE_BIN stride does not support combination of month, day and nanosecond intervals");
  }
  if (interval.months <= 0) throw planError("DATE_BIN stride must be greater than zero");
  return monthBin(instant!, interval.months, constantOrigin(call));
};

/** Bins of whole months from the origin; when its day of the month is not reached yet, the bin before. */
function monthBin(instant: string, months: number, originNs: bigint): string {
  const micros = (originNs - (((originNs % 1000n) + 1000n) % 1000n)) / 1000n;
  const origin = `make_timestamp(${micros})`;
  const monthOf = (timestamp: string) =>
    `(date_part('year', ${timestamp}) * 12 + date_part('month', ${timestamp}))`;
  const passed = `(${monthOf(`make_timestamp(${epochMicros(epochNs(instant))})`)} - ${monthOf(origin)})`;
  const whole = `(${passed} - (${floorModText(passed, BigInt(months))}))`;
  const start = (shift: string) => `CAST(${origin} + to_months(CAST(${shift} AS INTEGER)) AS TIMESTAMP_NS)`;
  return `CASE WHEN ${start(whole)} > ${instant} THEN ${start(`${whole} - ${months}`)} ELSE ${start(whole)} END`;
}

const FIXED_UNITS: Readonly<Record<string, readonly [strideNs: bigint, originNs: bigint]>> = {
  // Weeks start on Monday; the epoch was a Thursday.
  week: [7n * NANOS_PER_DAY, -3n * NANOS_PER_DAY],
  day: [NANOS_PER_DAY, 0n],
  hour: [3600n * NANOS_PER_SECOND, 0n],
  minute: [60n * NANOS_PER_SECOND, 0n],
  second: [NANOS_PER_SECOND, 0n],
  millisecond: [1_000_000n, 0n],
  microsecond: [1_000n, 0n],
};

const dateTrunc: Emitter = ([, instant], call) => {
  const unit = constantText(call, 0).toLowerCase();
  const zone = zoneOf(call.args[1]!.type);
  const local = localNs(epochNs(instant!), zone);
  if (unit === "nanosecond") return instant!;
  const fixed = Object.hasOwn(FIXED_UNITS, unit) ? FIXED_UNITS[unit] : undefined;
  if (fixed !== undefined) return instantOf(utcNs(floorBin(local, ...fixed), zone));
  if (!["year", "quarter", "month"].includes(unit))
    throw planError(`Unsupported date_trunc granularity: ${unit}`);
  const truncated = `epoch_us(date_trunc(${quoteText(unit)}, make_timestamp(${epochMicros(local)}))) * 1000`;
  return instantOf(utcNs(`(${truncated})`, zone));
};

const CALENDAR_PARTS = new Set([
  "year",
  "isoyear",
  "quarter",
  "month",
  "week",
  "day",
  "hour",
  "dow",
  "doy",
  "isodow",
  "decade",
  "century",
]);

const SUBMINUTE_PARTS: Readonly<Record<string, bigint>> = {
  second: NANOS_PER_SECOND,
  millisecond: 1_000_000n,
  microsecond: 1_000n,
  nanosecond: 1n,
};

/** Seconds and what is finer count from the start of the minute. */
const datePart: Emitter = ([, instant], call) => {
  const part = constantText(call, 0).toLowerCase().replace(/s$/, "");
  const ns = epochNs(instant!);
  if (part === "epoch") return `(CAST(${ns} AS DOUBLE) / 1e9)`;
  const local = localNs(ns, zoneOf(call.args[1]!.type));
  const size = Object.hasOwn(SUBMINUTE_PARTS, part) ? SUBMINUTE_PARTS[part] : undefined;
  if (size !== undefined) return `((${floorModText(local, 60n * NANOS_PER_SECOND)}) // ${size})`;
  if (part === "minute")
    return `((${floorModText(local, 3600n * NANOS_PER_SECOND)}) // ${60n * NANOS_PER_SECOND})`;
  if (!CALENDAR_PARTS.has(part)) throw planError(`Date part '${part}' not supported`);
  return `date_part(${quoteText(part)}, make_timestamp(${epochMicros(local)}))`;
};

/** By the type of the input: integers count the function's unit, texts may come with formats. */
const toTimestamp: Emitter = (args, call) => {
  const [input] = args;
  const from = call.args[0]!.type;
  if (call.args.length > 1) {
    const formats = call.args.slice(1).map((_, i) => constantText(call, i + 1));
    if (from.kind !== "utf8") throw planError(`${call.name} takes formats only with a string`);
    return byFormats(input!, formats);
  }
  return convertText(input!, from, call.type, false);
};

function byFormats(text: string, formats: readonly string[]): string {
  const attempts = formats.map((format) => parseTime(text, format));
  const failure = `error(concat('Execution error: Error parsing timestamp from ''', ${text}, ''' using the formats given'))`;
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN coalesce(${attempts.join(", ")}) IS NULL THEN ${failure} ELSE coalesce(${attempts.join(", ")}) END`;
}

const toUnixtime: Emitter = (args, call) => {
  const from = call.args[0]!.type;
  if (from.kind === "int") return args[0]!;
  if (from.kind === "float") return `trunc(${args[0]})`;
  const instant =
    call.args.length > 1
      ? byFormats(
          args[0]!,
          call.args.slice(1).map((_, i) => constantText(call, i + 1)),
        )
      : convertText(args[0]!, from, { kind: "timestamp", unit: "ns" }, false);
  return `(${epochNs(instant)} // 1000000000)`;
};

const toDate: Emitter = (args, call) => {
  const from = call.args[0]!.type;
  if (from.kind === "int") return `CAST(DATE '1970-01-01' + CAST(${args[0]} AS INTEGER) AS DATE)`;
  if (call.args.length > 1) {
    return `CAST(${byFormats(
      args[0]!,
      call.args.slice(1).map((_, i) => constantText(call, i + 1)),
    )} AS DATE)`;
  }
  if (from.kind === "utf8") return `CAST(CAST(${args[0]} AS TIMESTAMP_NS) AS DATE)`;
  return convertText(args[0]!, from, { kind: "date" }, false);
};

const toChar: Emitter = ([input], call) => {
  const from = call.args[0]!.type;
  if (!["timestamp", "date", "utf8", "null"].includes(from.kind)) {
    throw planError("to_char needs a timestamp or a date");
  }
  const zone = zoneOf(from);
  const utc = epochNs(convertText(input!, from, { kind: "timestamp", unit: "ns" }, false));
  const text = formatTime(constantText(call, 1), { utc, local: localNs(utc, zone), zone: zone ?? "UTC" });
  return `CASE WHEN ${input} IS NOT NULL THEN ${text} END`;
};

const atTimeZone: Emitter = ([instant], call) =>
  zoneOf(call.args[0]!.type) === undefined
    ? instantOf(utcNs(epochNs(instant!), zoneOf(call.type)))
    : instant!;

const passThrough: Emitter = ([instant]) => instant!;

export const TIME_EMITTERS: Readonly<Record<string, Emitter>> = {
  date_bin: dateBin,
  date_bin_wallclock: ([, instant], call) =>
    dateBinWallClock(instant!, zoneOf(call.type), constantStride(call), wallClockOrigin(call)),
  date_part: datePart,
  date_trunc: dateTrunc,
  to_timestamp: toTimestamp,
  to_timestamp_seconds: toTimestamp,
  to_timestamp_millis: toTimestamp,
  to_timestamp_micros: toTimestamp,
  to_timestamp_nanos: toTimestamp,
  to_unixtime: toUnixtime,
  from_unixtime: ([seconds]) => instantOf(`(${seconds} * 1000000000)`),
  to_char: toChar,
  to_date: toDate,
  make_date: ([year, month, day]) =>
    `make_date(CAST(${year} AS INTEGER), CAST(${month} AS INTEGER), CAST(${day} AS INTEGER))`,
  to_local_time: ([instant], call) => instantOf(localNs(epochNs(instant!), zoneOf(call.args[0]!.type))),
  tz: passThrough,
  at_time_zone: atTimeZone,
};

/** The origin of wall-clock bins is itself a wall-clock reading, without a zone. */
function wallClockOrigin(call: CallExpr): bigint {
  const origin = call.args[2] as LiteralExpr | undefined;
  if (origin !== undefined && zoneOf(origin.type) !== undefined) {
    throw planError(`the origin of ${call.name} must be a timestamp without a time zone`);
  }
  return constantOrigin(call);
}
