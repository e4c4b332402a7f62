import { FieldType, type FieldValue, type Point } from "@millrace/line-protocol";
import { ANY, PatternError, regularExpression, type TextPattern, textPattern } from "./patterns.ts";
import { pointKey, readLines, type WrittenLine } from "./written-lines.ts";

/** A line that a test expects. */
export interface LinePattern {
  readonly source: string;
  /** Equal for lines that mean the same point; absent when the line has placeholders. */
  readonly key?: string;
  matches(line: WrittenLine): boolean;
}

/** Stands in the place of a placeholder while the line is parsed; text of no plugin holds these code points. */
const OPEN = "\u{F8F0}";
const CLOSE = "\u{F8F1}";
const MARK = /^\u{F8F0}(\d+)\u{F8F1}$/u;
/** Text between `=`, a comma or a space on one side and a comma, a space or the end on the other. */
const PLACEHOLDER = /^(?:<any>|~(?:\\.|[^~\\])+~)(?=[, ]|$)/u;

interface Marked {
  readonly line: string;
  readonly patterns: readonly TextPattern[];
  /** The pattern that stands for the time. */
  readonly time?: TextPattern;
  /** It ends inside of quotes. */
  readonly quoted: boolean;
}

/** Reads an expected line: line protocol whose values, time or whole may be placeholders. */
export function linePattern(source: string): LinePattern {
  if (source === ANY || isWholeExpression(source)) {
    const pattern = textPattern(source);
    return { source, matches: (line) => pattern.matches(line.text) };
  }
  const marked = markPlaceholders(source);
  const [expected] = readLines(marked.line);
  if (expected?.point === undefined) {
    throw new PatternError(`'${source}' is no line protocol: ${expected?.problem ?? "it is empty"}`);
  }
  if (marked.patterns.length === 0 && marked.time === undefined) {
    const key = pointKey(expected.point);
    return { source, key, matches: (line) => line.key === key };
  }
  const { point } = expected;
  return {
    source,
    matches: (line) => line.point !== undefined && samePoint(point, line.point, marked),
  };
}

/**
 * The expected lines of an entry, which may hold several, as a block of YAML text does. A line break in quotes belongs
 * to the text that a plugin wrote.
 */
export function linePatterns(entry: string): LinePattern[] {
  const patterns: LinePattern[] = [];
  let open = "";
  for (const part of entry.split("\n")) {
    const line = open === "" ? part : `${open}\n${part}`;
    const goesOn = !isWholeExpression(line) && markPlaceholders(line).quoted;
    open = goesOn ? line : "";
    if (!goesOn && line.trim() !== "") patterns.push(linePattern(line.replace(/\r$/, "")));
  }
  if (open !== "") patterns.push(linePattern(open));
  return patterns;
}

/** A tilde at each end, and none that ends a placeholder in between. */
function isWholeExpression(source: string): boolean {
  return regularExpression(source) !== undefined && !/~[, ]/.test(source.slice(1, -1));
}

function markPlaceholders(source: string): Marked {
  const patterns: TextPattern[] = [];
  let line = "";
  let part: "series" | "fields" | "time" = "series";
  let quoted = false;
  let time: TextPattern | undefined;
  let separatedTo = -1;
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    const before = source[at - 1];
    const found = quoted || !isValueStart(before, part) ? null : PLACEHOLDER.exec(source.slice(at));
    if (found !== null) {
      const pattern = textPattern(found[0]);
      at += found[0].length;
      if (part === "time") {
        time = pattern;
        continue;
      }
      const mark = `${OPEN}${patterns.push(pattern) - 1}${CLOSE}`;
      line += part === "fields" ? `"${mark}"` : mark;
      continue;
    }
    if (character === "\\") {
      line += source.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (character === '"' && part === "fields") quoted = !quoted;
    // Several spaces separate like one; one that was escaped just before does not.
    if (character === " " && !quoted) {
      if (at !== separatedTo) part = part === "series" ? "fields" : "time";
      separatedTo = at + 1;
    }
    line += character;
    at++;
  }
  return time === undefined ? { line, patterns, quoted } : { line: line.trimEnd(), patterns, time, quoted };
}

function isValueStart(before: string | undefined, part: string): boolean {
  return before === "=" || (part === "time" && before === " ") || (part === "series" && before === undefined);
}

function samePoint(expected: Point, actual: Point, { patterns, time }: Marked): boolean {
  const sameText = (text: string, other: string): boolean => {
    const index = MARK.exec(text)?.[1];
    return index === undefined ? text === other : patterns[Number(index)]!.matches(other);
  };
  const sameField = (one: FieldValue, other: FieldValue): boolean =>
    one.type === FieldType.string && MARK.test(one.value)
      ? sameText(one.value, fieldText(other))
      : one.type === other.type && one.value === other.value;
  return (
    sameText(expected.measurement, actual.measurement) &&
    sameEntries(expected.tags, actual.tags, sameText) &&
    sameEntries(expected.fields, actual.fields, sameField) &&
    (time === undefined ? expected.timeNs === actual.timeNs : time.matches(String(actual.timeNs ?? "")))
  );
}

function sameEntries<Value>(
  expected: readonly { readonly key: string; readonly value: Value }[],
  actual: readonly { readonly key: string; readonly value: Value }[],
  same: (one: Value, other: Value) => boolean,
): boolean {
  if (expected.length !== actual.length) return false;
  const others = new Map(actual.map(({ key, value }) => [key, value]));
  return expected.every(({ key, value }) => {
    const other = others.get(key);
    return other !== undefined && same(value, other);
  });
}

/** A value as a placeholder sees it: strings without quotes, whole floats without a fraction. */
function fieldText({ type, value }: FieldValue): string {
  if (type === FieldType.integer) return `${value}i`;
  if (type === FieldType.unsigned) return `${value}u`;
  return String(value);
}
