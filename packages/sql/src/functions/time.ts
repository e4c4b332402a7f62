import { planError } from "../errors/index.ts";
import {
  DATE,
  FLOAT64,
  INT32,
  INT64,
  isTimeZone,
  NULL,
  type SqlType,
  TIME,
  TIMESTAMP,
  type TimeUnit,
  timestampType,
  UTF8,
  zoneOf,
} from "../types/index.ts";
import { type Argument, type FunctionSpec, scalar } from "./spec.ts";

/** Bins count nanoseconds whatever the unit of their input; the zone stays. */
function binType(args: readonly Argument[]): SqlType {
  return timestampType("ns", zoneOf(args[1]!.type));
}

function truncatedType(args: readonly Argument[]): SqlType {
  const type = args[1]!.type;
  return type.kind === "timestamp" ? type : TIMESTAMP;
}

function partType(args: readonly Argument[]): SqlType {
  const part = String(args[0]?.value ?? "").toLowerCase();
  if (part === "epoch") return FLOAT64;
  // The nanoseconds of a minute are more than 32 bits hold.
  return part.startsWith("nanosecond") ? INT64 : INT32;
}

export function checkZone(zone: unknown): string {
  if (typeof zone === "string" && isTimeZone(zone)) return zone;
  throw planError(`TZ requires a valid timezone string, got "${String(zone)}"`);
}

function zonedType(args: readonly Argument[]): SqlType {
  const zone = args[1] === undefined ? "UTC" : args[1].value;
  if (zone === undefined) throw planError("TZ requires a constant timezone string");
  return timestampType("ns", checkZone(zone));
}

function timestampFrom(unit: TimeUnit): (args: readonly Argument[]) => SqlType {
  return (args) => {
    const input = args[0]!.type;
    if (!["timestamp", "int", "float", "utf8", "date", "null", "decimal"].includes(input.kind)) {
      throw planError(
        "to_timestamp function unsupported data type. Pass an integer, a timestamp or a string",
      );
    }
    return timestampType(unit, zoneOf(input));
  };
}

export const TIME_FUNCTIONS: readonly FunctionSpec[] = [
  scalar("now", "", timestampType("ns"), { aliases: "current_timestamp", nullable: false }),
  scalar("current_date", "", DATE, { aliases: "today", nullable: false }),
  scalar("current_time", "", TIME, { nullable: false }),
  scalar("date_bin", "interval timestamp timestamp?", binType),
  scalar("date_bin_gapfill", "interval timestamp timestamp?", binType),
  scalar("date_bin_wallclock", "interval timestamp timestamp?", binType),
  scalar("date_bin_wallclock_gapfill", "interval timestamp timestamp?", binType),
  scalar("date_part", "string timestamp", partType, { aliases: "datepart" }),
  scalar("date_trunc", "string timestamp", truncatedType, { aliases: "datetrunc" }),
  scalar("to_timestamp", "any string*", timestampFrom("ns")),
  scalar("to_timestamp_seconds", "any string*", timestampFrom("s")),
  scalar("to_timestamp_millis", "any string*", timestampFrom("ms")),
  scalar("to_timestamp_micros", "any string*", timestampFrom("us")),
  scalar("to_timestamp_nanos", "any string*", timestampFrom("ns")),
  scalar("to_unixtime", "any string*", INT64),
  scalar("from_unixtime", "int string?", (args) =>
    args[1] === undefined ? timestampType("s") : timestampType("s", checkZone(args[1].value)),
  ),
  scalar("to_char", "any string", UTF8, { aliases: "date_format" }),
  scalar("to_date", "any string*", DATE),
  scalar("make_date", "int int int", DATE),
  scalar("to_local_time", "timestamp", (args) => {
    const type = args[0]!.type;
    return type.kind === "timestamp" ? timestampType(type.unit) : NULL;
  }),
  scalar("tz", "timestamp string?", zonedType),
  scalar("at_time_zone", "timestamp string", zonedType),
];
