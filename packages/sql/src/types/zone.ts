const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_CACHED_ZONES = 64;
const FIXED_OFFSET = /^([+-])(\d{2}):?(\d{2})$/;

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  try {
    const formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    // Names come from users: the cache must not grow with them.
    if (formatters.size >= MAX_CACHED_ZONES) formatters.clear();
    formatters.set(zone, formatter);
    return formatter;
  } catch {
    return undefined;
  }
}

/** Seconds to add to UTC to get the wall clock of the zone at that instant; undefined when there is no such zone. */
export function offsetSecondsAt(zone: string, epochSeconds: number): number | undefined {
  const fixed = FIXED_OFFSET.exec(zone);
  if (fixed !== null) {
    const seconds = Number(fixed[2]) * 3600 + Number(fixed[3]) * 60;
    return fixed[1] === "-" ? -seconds : seconds;
  }
  const formatter = formatterOf(zone);
  if (formatter === undefined) return undefined;
  const parts = new Map(formatter.formatToParts(epochSeconds * 1000).map((p) => [p.type, p.value]));
  const year = Number(parts.get("year")) * (parts.get("era") === "BC" ? -1 : 1);
  const local = Date.UTC(
    year,
    Number(parts.get("month")) - 1,
    Number(parts.get("day")),
    Number(parts.get("hour")),
    Number(parts.get("minute")),
    Number(parts.get("second")),
  );
  return local / 1000 - epochSeconds;
}

export function isTimeZone(zone: string): boolean {
  return offsetSecondsAt(zone, 0) !== undefined;
}

/** The instant of a wall clock reading; the earlier one when the reading happens twice. */
export function wallClockToUtc(localSeconds: number, zone: string): number {
  const before = offsetSecondsAt(zone, localSeconds - 86_400) ?? 0;
  const after = offsetSecondsAt(zone, localSeconds + 86_400) ?? 0;
  const early = localSeconds - Math.max(before, after);
  if ((offsetSecondsAt(zone, early) ?? 0) + early === localSeconds) return early;
  const late = localSeconds - Math.min(before, after);
  if ((offsetSecondsAt(zone, late) ?? 0) + late === localSeconds) return late;
  // The reading was skipped by the clock: read it with the offset that was valid before the change.
  return localSeconds - before;
}
