import { NANOS_PER_DAY } from "@millrace/sql";
import { bigintText } from "../sql-text.ts";
import { epochNs, floorBin, instantOf, localNs } from "../time-text.ts";

/**
 * Bins by the clock on the wall of a zone. A bin that starts in an hour the clock shows twice takes the input's own
 * offset when bins are as short as the overlap, else the earlier instant; one that starts in a skipped hour takes
 * the offset of the day before (docs/reference/sql.md, "Wall-clock bins").
 */
export function dateBinWallClock(
  instant: string,
  zone: string | undefined,
  strideNs: bigint,
  originNs: bigint,
): string {
  const utc = epochNs(instant);
  if (zone === undefined || zone === "UTC") return instantOf(floorBin(utc, strideNs, originNs));
  const local = localNs(utc, zone);
  const parts = `struct_pack(b := ${floorBin(local, strideNs, originNs)}, o := ${local} - ${utc})`;
  return instantOf(toInstant(parts, zone, strideNs));
}

/** The start of a bin of local time as integer UTC nanoseconds, from a struct of the bin and the input's offset. */
export function toInstant(parts: string, zone: string, strideNs: bigint): string {
  const offsetAt = (ns: string) => `(${localNs(ns, zone)} - ${ns})`;
  const day = bigintText(NANOS_PER_DAY);
  const around = `struct_pack(b := p.b, o := p.o, f := ${offsetAt(`(p.b - ${day})`)}, a := ${offsetAt(`(p.b + ${day})`)})`;
  const candidates =
    "struct_pack(b := q.b, o := q.o, f := q.f, w := abs(q.f - q.a), e := q.b - greatest(q.f, q.a), l := q.b - least(q.f, q.a))";
  const valid = (ns: string) => `${offsetAt(ns)} + ${ns} = c.b`;
  const chosen = `CASE WHEN ${valid("c.e")} AND ${valid("c.l")} THEN CASE WHEN ${bigintText(strideNs)} <= c.w THEN c.b - c.o ELSE c.e END WHEN ${valid("c.e")} THEN c.e WHEN ${valid("c.l")} THEN c.l ELSE c.b - c.f END`;
  // Lambdas give names to what would otherwise be computed many times over.
  const named = (value: string, name: string, body: string) =>
    `list_transform([${value}], lambda ${name}: ${body})[1]`;
  return named(named(named(parts, "p", around), "q", candidates), "c", chosen);
}
