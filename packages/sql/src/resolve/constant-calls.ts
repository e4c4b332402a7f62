import type { BoundExpr, CallExpr, LiteralExpr } from "../bound/index.ts";
import * as t from "../types/index.ts";
import { castTo, NANOS_PER_UNIT, replacedBy } from "./coerce.ts";

/**
 * Computes time functions of constants at once, so that they can bound a scan and a gap-filled range.
 * Everything else is left to the engine.
 */
export function foldConstantCall(call: CallExpr): BoundExpr {
  if (
    call.args.length === 0 ||
    !call.args.every((a): a is LiteralExpr => a.node === "literal" && a.value !== null)
  ) {
    return call;
  }
  const args = call.args;
  const value = fold(call, args);
  if (value === undefined) return call;
  const bound = args.some((a) => a.bound === true);
  return { ...replacedBy(call, value, call.type), ...(bound ? { bound } : {}) };
}

function fold(call: CallExpr, args: readonly LiteralExpr[]): bigint | undefined {
  switch (call.name) {
    case "to_timestamp":
    case "to_timestamp_nanos":
    case "to_timestamp_micros":
    case "to_timestamp_millis":
    case "to_timestamp_seconds":
      return args.length === 1 ? foldToTimestamp(call, args[0]!) : undefined;
    case "date_bin":
      return foldDateBin(args);
    case "tz":
      return args[0]!.value as bigint;
    case "at_time_zone":
      return foldAtTimeZone(call, args[0]!);
    default:
      return undefined;
  }
}

function foldToTimestamp(call: CallExpr, arg: LiteralExpr): bigint | undefined {
  if (arg.type.kind === "utf8") {
    const ns = t.parseInstant(String(arg.value));
    return ns === undefined
      ? undefined
      : ((castTo(arg, call.type, { tolerant: false, implicit: true }) as LiteralExpr).value as bigint);
  }
  if (arg.type.kind === "timestamp") return arg.value as bigint;
  if (arg.type.kind !== "int" || call.type.kind !== "timestamp") return undefined;
  const ns = (arg.value as bigint) * NANOS_PER_UNIT[call.type.unit];
  return ns >= t.MIN_INSTANT_NS && ns <= t.MAX_INSTANT_NS ? ns : undefined;
}

function foldDateBin(args: readonly LiteralExpr[]): bigint | undefined {
  const stride = t.fixedNanos(args[0]!.value as t.IntervalValue);
  if (stride === undefined || stride <= 0n) return undefined;
  return floorToBin(args[1]!.value as bigint, stride, (args[2]?.value as bigint | undefined) ?? 0n);
}

/** Start of the bin that holds an instant; bins count from the origin in both directions. */
export function floorToBin(ns: bigint, strideNs: bigint, originNs: bigint): bigint {
  const past = (ns - originNs) % strideNs;
  return ns - (past < 0n ? past + strideNs : past);
}

function foldAtTimeZone(call: CallExpr, arg: LiteralExpr): bigint | undefined {
  const ns = arg.value as bigint;
  const zone = t.zoneOf(call.type);
  if (t.zoneOf(arg.type) !== undefined || zone === undefined) return ns;
  const rest = ((ns % t.NANOS_PER_SECOND) + t.NANOS_PER_SECOND) % t.NANOS_PER_SECOND;
  return BigInt(t.wallClockToUtc(Number((ns - rest) / t.NANOS_PER_SECOND), zone)) * t.NANOS_PER_SECOND + rest;
}
