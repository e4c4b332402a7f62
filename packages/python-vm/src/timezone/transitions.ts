/** A span of constant rules of a zone, from `fromSeconds` (Unix time) on. */
export interface ZonePeriod {
  readonly fromSeconds: number;
  readonly offsetSeconds: number;
  readonly abbreviation: string;
  readonly isSummerTime: boolean;
}

const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;
/** Shorter than any span between two changes of a zone that ICU knows. */
const PROBE_MS = 14 * 86_400_000;
/** English locales that between them know the letters people use: EST, CET, AEST, SAST, IST, NZST. */
const LOCALES = ["en-US", "en-GB", "en-AU", "en-ZA", "en-IN", "en-NZ", "en-CA"];
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Finds every change of a zone's offset between 1900 and 2100; after that the last rules stay. */
export function findTransitions(zone: string): ZonePeriod[] {
  const clock = new ZoneClock(zone);
  const endMs = Date.UTC(LAST_YEAR, 11, 31);
  let fromMs = Date.UTC(FIRST_YEAR, 0, 1);
  let offsetSeconds = clock.offsetAt(fromMs);
  const periods = [clock.period(fromMs, offsetSeconds)];
  for (let probeMs = fromMs + PROBE_MS; probeMs <= endMs; probeMs += PROBE_MS) {
    const probedSeconds = clock.offsetAt(probeMs);
    if (probedSeconds !== offsetSeconds) {
      const changeMs = clock.changeBetween(fromMs, probeMs, offsetSeconds);
      periods.push(clock.period(changeMs, probedSeconds));
      offsetSeconds = probedSeconds;
    }
    fromMs = probeMs;
  }
  return periods;
}

class ZoneClock {
  readonly #offsets: Intl.DateTimeFormat;
  readonly #names: Intl.DateTimeFormat[];
  readonly #januaryAndJuly = new Map<number, [number, number]>();

  constructor(zone: string) {
    this.#offsets = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    this.#names = LOCALES.map(
      (locale) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short", year: "numeric" }),
    );
  }

  offsetAt(timeMs: number): number {
    const [, sign, hours, minutes, seconds] = OFFSET.exec(this.#offsets.format(timeMs)) ?? [];
    if (sign === undefined) return 0;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
    return sign === "-" ? -size : size;
  }

  /** The first whole second at which the offset differs from `beforeSeconds`. */
  changeBetween(lowMs: number, highMs: number, beforeSeconds: number): number {
    while (highMs - lowMs > 1000) {
      const middleMs = Math.floor((lowMs + highMs) / 2000) * 1000;
      if (this.offsetAt(middleMs) === beforeSeconds) lowMs = middleMs;
      else highMs = middleMs;
    }
    return highMs;
  }

  period(fromMs: number, offsetSeconds: number): ZonePeriod {
    const [january, july] = this.#winterAndSummer(fromMs);
    return {
      fromSeconds: fromMs / 1000,
      offsetSeconds,
      abbreviation: this.#abbreviation(fromMs, offsetSeconds),
      isSummerTime: january !== july && offsetSeconds > Math.min(january, july),
    };
  }

  #winterAndSummer(timeMs: number): [number, number] {
    const year = new Date(timeMs).getUTCFullYear();
    let pair = this.#januaryAndJuly.get(year);
    if (pair === undefined) {
      pair = [this.offsetAt(Date.UTC(year, 0, 1)), this.offsetAt(Date.UTC(year, 6, 1))];
      this.#januaryAndJuly.set(year, pair);
    }
    return pair;
  }

  #abbreviation(timeMs: number, offsetSeconds: number): string {
    for (const format of this.#names) {
      const name = format.formatToParts(timeMs).find((part) => part.type === "timeZoneName")?.value ?? "";
      if (/^[A-Za-z]{3,6}$/.test(name)) return name;
    }
    const size = Math.abs(offsetSeconds);
    const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
    const minutes = size % 3600 === 0 ? "" : two((size % 3600) / 60);
    return `${offsetSeconds < 0 ? "-" : "+"}${two(size / 3600)}${minutes}`;
  }
}
