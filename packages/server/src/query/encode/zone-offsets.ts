import { offsetSecondsAt } from "@millrace/sql";

/** Offsets change at quarter-hour boundaries only, so one answer serves a quarter of an hour. */
const BUCKET_SECONDS = 900;
const MOST_CACHED = 20_000;

let cachedZone = "";
const offsets = new Map<number, number>();

/** Seconds to add to UTC for local time in a zone (`Europe/Rome`, `+05:30`); the rows of a column share theirs. */
export function zoneOffsetSeconds(zone: string, atSeconds: number): number {
  if (zone !== cachedZone || offsets.size >= MOST_CACHED) {
    cachedZone = zone;
    offsets.clear();
  }
  const bucket = Math.floor(atSeconds / BUCKET_SECONDS);
  const known = offsets.get(bucket);
  if (known !== undefined) return known;
  const offset = offsetSecondsAt(zone, bucket * BUCKET_SECONDS) ?? 0;
  offsets.set(bucket, offset);
  return offset;
}
