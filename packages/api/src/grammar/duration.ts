import { GrammarError } from "./error.ts";

const SECOND = 1_000_000_000n;

/** Nanoseconds per unit, under every accepted spelling. Case matters: `m` is minutes, `M` is months. */
const UNIT_NS = new Map<string, bigint>();
for (const [ns, spellings] of [
  [1n, "ns nsec nanos"],
  [1_000n, "us µs usec micros"],
  [1_000_000n, "ms msec millis"],
  [SECOND, "s sec secs second seconds"],
  [60n * SECOND, "m min mins minute minutes"],
  [3_600n * SECOND, "h hr hrs hour hours"],
  [86_400n * SECOND, "d day days"],
  [604_800n * SECOND, "w wk wks week weeks"],
  [2_630_016n * SECOND, "M mo month months"],
  [31_557_600n * SECOND, "y yr yrs year years"],
] as const) {
  for (const spelling of spellings.split(" ")) UNIT_NS.set(spelling, ns);
}

/** The longest duration the format can carry: an unsigned 64-bit count of seconds and their nanoseconds. */
const MAX_NS = 0xffff_ffff_ffff_ffffn * SECOND + 999_999_999n;

/** One year as durations count it: 365.25 days. */
export const YEAR_NS = 31_557_600n * SECOND;

const TOO_LARGE =
  "number is too large or cannot be represented without a lack of precision (values below 1ns are not supported)";

interface Cursor {
  readonly text: string;
  at: number;
}

/** Error offsets are counted in UTF-8 bytes, as other implementations of this format count them. */
function byteOffset(cursor: Cursor): number {
  return new TextEncoder().encode(cursor.text.slice(0, cursor.at)).length;
}

const isDigit = (char: string | undefined) => char !== undefined && char >= "0" && char <= "9";
const isSpace = (char: string | undefined) => char !== undefined && /\s/.test(char);
const isUnitLetter = (char: string | undefined) => char !== undefined && /[a-zA-Zµ]/.test(char);

/** Reads digits, ignoring white space between them, up to anything else. */
function readDigits(cursor: Cursor): string {
  let digits = "";
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at]!;
    if (isDigit(char)) digits += char;
    else if (!isSpace(char)) break;
  }
  return digits;
}

function readUnit(cursor: Cursor): string {
  let unit = "";
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at]!;
    if (isUnitLetter(char)) unit += char;
    else if (isDigit(char) || isSpace(char)) break;
    else throw new GrammarError(`invalid character at ${byteOffset(cursor)}`);
  }
  return unit;
}

function readItem(cursor: Cursor): bigint {
  if (!isDigit(cursor.text[cursor.at])) throw new GrammarError(`expected number at ${byteOffset(cursor)}`);
  const whole = readDigits(cursor);
  let fraction = "";
  if (cursor.text[cursor.at] === ".") {
    const dot = byteOffset(cursor);
    cursor.at++;
    fraction = readDigits(cursor);
    if (fraction === "") throw new GrammarError(`invalid character at ${dot}`);
  }
  const unit = readUnit(cursor);
  if (unit === "") throw new GrammarError(`time unit needed, for example ${whole}sec or ${whole}ms`);
  const unitNs = UNIT_NS.get(unit);
  if (unitNs === undefined) {
    throw new GrammarError(
      `unknown time unit "${unit}", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)`,
    );
  }
  const scale = 10n ** BigInt(fraction.length);
  const scaledNs = BigInt(whole + fraction) * unitNs;
  if (scaledNs % scale !== 0n) throw new GrammarError(TOO_LARGE);
  return scaledNs / scale;
}

/**
 * Reads a human duration (`1h 30m`, `4.2s`, `30d`) as exact nanoseconds.
 * The grammar is stated in docs/reference/cli.md, "Durations".
 */
export function parseDuration(text: string): bigint {
  if (text.trim() === "") throw new GrammarError("value was empty");
  if (text === "0") return 0n;
  if (text.length > 1_000) throw new GrammarError(TOO_LARGE);
  const cursor: Cursor = { text, at: 0 };
  let totalNs = 0n;
  for (;;) {
    while (isSpace(text[cursor.at])) cursor.at++;
    if (cursor.at === text.length) return totalNs;
    totalNs += readItem(cursor);
    if (totalNs > MAX_NS) throw new GrammarError(TOO_LARGE);
  }
}

const DISPLAY_UNITS: readonly { ns: bigint; suffix: string; plural?: string }[] = [
  { ns: YEAR_NS, suffix: "year", plural: "years" },
  { ns: 2_630_016n * SECOND, suffix: "month", plural: "months" },
  { ns: 86_400n * SECOND, suffix: "day", plural: "days" },
  { ns: 3_600n * SECOND, suffix: "h" },
  { ns: 60n * SECOND, suffix: "m" },
  { ns: SECOND, suffix: "s" },
  { ns: 1_000_000n, suffix: "ms" },
  { ns: 1_000n, suffix: "us" },
  { ns: 1n, suffix: "ns" },
];

/** Writes a duration largest unit first, leaving out zero parts: `1year 2months 3days 4h 5m 6s`. */
export function formatDuration(ns: bigint): string {
  const parts: string[] = [];
  let rest = ns;
  for (const unit of DISPLAY_UNITS) {
    const count = rest / unit.ns;
    rest %= unit.ns;
    if (count === 0n) continue;
    parts.push(`${count}${count === 1n ? unit.suffix : (unit.plural ?? unit.suffix)}`);
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}
