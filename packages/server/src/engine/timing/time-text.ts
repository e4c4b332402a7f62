const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

const NS_PER_MS = 1_000_000n;
const NS_PER_MINUTE = 60_000n * NS_PER_MS;

/** Reads an RFC 3339 time to the nanosecond; undefined for anything else, also for days that no calendar has. */
export function parseTimeNs(text: string): bigint | undefined {
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, date, time, fraction = "", sign, hours = "0", minutes = "0"] = parts;
  const ms = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(`${date}T${time}`)) return undefined;
  const offsetMinutes = BigInt(hours) * 60n + BigInt(minutes);
  const local = BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
  return local - (sign === "-" ? -offsetMinutes : offsetMinutes) * NS_PER_MINUTE;
}
