import { type SqlType, sameType, zoneOf } from "@millrace/sql";
import { castText, engineType, floorModText } from "./sql-text.ts";
import { epochNs, instantOf, localNs, utcNs } from "./time-text.ts";

const NANOS_PER_UNIT = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const;

/** Converts a printed value; the rules where the engine differs are in docs/reference/sql.md, "Casts". */
export function convertText(text: string, from: SqlType, to: SqlType, tolerant: boolean): string {
  if (engineType(from) === engineType(to) && from.kind === to.kind) return sameKind(text, from, to);
  if (from.kind === "null") return castText(text, to);
  if (to.kind === "utf8") return toText(text, from, tolerant);
  if (to.kind === "timestamp") return toTimestamp(text, from, to, tolerant);
  if (from.kind === "timestamp") return fromTimestamp(text, from, to);
  if (from.kind === "date" && to.kind === "int")
    return castText(`datediff('day', DATE '1970-01-01', ${text})`, to);
  const cast = tolerant ? "TRY_CAST" : "CAST";
  // The engine rounds where the dialect cuts the fraction off.
  const value = from.kind === "float" && to.kind === "int" ? `trunc(${text})` : text;
  return `${cast}(${value} AS ${engineType(to)})`;
}

/** Between timestamps only the unit can change something: it cuts off what is finer. */
function sameKind(text: string, from: SqlType, to: SqlType): string {
  if (from.kind !== "timestamp" || to.kind !== "timestamp" || sameType(from, to)) return text;
  const size = NANOS_PER_UNIT[to.unit];
  if (size <= NANOS_PER_UNIT[from.unit]) return text;
  const ns = epochNs(text);
  return instantOf(`(${ns} - (${floorModText(ns, size)}))`);
}

function toTimestamp(
  text: string,
  from: SqlType,
  to: SqlType & { kind: "timestamp" },
  tolerant: boolean,
): string {
  if (from.kind === "int") return instantOf(`(${castText(text, INT64)} * ${NANOS_PER_UNIT[to.unit]})`);
  if (from.kind === "float") return instantOf(castText(`trunc(${text} * ${NANOS_PER_UNIT[to.unit]})`, INT64));
  const cast = `${tolerant ? "TRY_CAST" : "CAST"}(${text} AS TIMESTAMP_NS)`;
  if (from.kind !== "utf8" || to.zone === undefined || to.zone === "UTC") return cast;
  // A text with its own offset is an instant already; without one it is a reading of the zone's clock.
  const hasOffset = `regexp_matches(${text}, '([Zz]|[+-]\\d{2}(:?\\d{2})?)$')`;
  return `CASE WHEN ${hasOffset} THEN ${cast} ELSE ${instantOf(utcNs(epochNs(cast), to.zone))} END`;
}

const INT64: SqlType = { kind: "int", bits: 64, signed: true };

function fromTimestamp(text: string, from: SqlType, to: SqlType): string {
  const zone = zoneOf(from);
  const unit = from.kind === "timestamp" ? NANOS_PER_UNIT[from.unit] : 1n;
  if (to.kind === "int") {
    return castText(unit === 1n ? epochNs(text) : `(${epochNs(text)} // ${unit})`, to);
  }
  if (to.kind === "float") return castText(`(${epochNs(text)} // ${unit})`, to);
  const local = localNs(epochNs(text), zone);
  if (to.kind === "date") return castText(instantOf(local), to);
  return castText(floorModText(local, 86_400_000_000_000n), to);
}

function toText(text: string, from: SqlType, tolerant: boolean): string {
  switch (from.kind) {
    case "timestamp":
      return timestampText(text, zoneOf(from));
    case "float":
      return `replace(CAST(${text} AS VARCHAR), 'e+', 'e')`;
    case "binary":
      return `${tolerant ? "TRY_CAST" : "CAST"}(${text} AS VARCHAR)`;
    default:
      return `CAST(${text} AS VARCHAR)`;
  }
}

/** The text of an instant: seconds, and a fraction of 3, 6 or 9 digits when there is one; the offset when zoned. */
export function timestampText(instant: string, zone: string | undefined): string {
  const ns = epochNs(instant);
  const local = localNs(ns, zone);
  const seconds = `strftime(${instantOf(local)}, '%Y-%m-%dT%H:%M:%S')`;
  const text = `(${seconds} || ${fractionText(ns)})`;
  if (zone === undefined) return text;
  return zone === "UTC" ? `(${text} || 'Z')` : `(${text} || ${offsetText(`(${local} - ${ns})`)})`;
}

export function fractionText(ns: string): string {
  const rest = floorModText(ns, 1_000_000_000n);
  const digits = `lpad(CAST((${rest}) AS VARCHAR), 9, '0')`;
  return `CASE WHEN (${rest}) = 0 THEN '' WHEN (${rest}) % 1000000 = 0 THEN '.' || left(${digits}, 3) WHEN (${rest}) % 1000 = 0 THEN '.' || left(${digits}, 6) ELSE '.' || ${digits} END`;
}

/** +02:00 from an offset in nanoseconds. */
export function offsetText(offsetNs: string): string {
  const minutes = `abs(${offsetNs} // 60000000000)`;
  const pair = (value: string) => `lpad(CAST(${value} AS VARCHAR), 2, '0')`;
  return `(CASE WHEN ${offsetNs} < 0 THEN '-' ELSE '+' END || ${pair(`(${minutes} // 60)`)} || ':' || ${pair(`(${minutes} % 60)`)})`;
}
