import { GrammarError } from "./error.ts";

/** The values a field matches: `matches[v]` for every value v of the field's range. */
export type FieldSet = Uint8Array;

export interface CronExpression {
  text: string;
  seconds: FieldSet;
  minutes: FieldSet;
  hours: FieldSet;
  daysOfMonth: FieldSet;
  months: FieldSet;
  /** Index 0 is Sunday, whatever numbers the dialect uses. */
  daysOfWeek: FieldSet;
  /** Undefined: every year. Index 0 is 1970. */
  years: FieldSet | undefined;
  /** Five-field expressions fire when either day field matches, once both are restricted. */
  eitherDay: boolean;
}

export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2100;

interface FieldSpec {
  name: string;
  min: number;
  max: number;
  names?: Record<string, number>;
  anyMark?: boolean;
  /** What people who know another dialect get wrong. */
  hint?: string;
}

const MONTH_NAMES = nameTable(
  "january february march april may june july august september october november december".split(" "),
  1,
);
export const DAY_NAMES: readonly string[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(
  " ",
);
const DAY_SHORTCUTS = { tues: 2, thurs: 4 };

function nameTable(names: readonly string[], first: number): Record<string, number> {
  const table: Record<string, number> = {};
  for (const [index, name] of names.map((one) => one.toLowerCase()).entries()) {
    table[name] = first + index;
    table[name.slice(0, 3)] = first + index;
  }
  return table;
}

function dayNames(sunday: number): Record<string, number> {
  const table = nameTable(DAY_NAMES, sunday);
  for (const [name, index] of Object.entries(DAY_SHORTCUTS)) table[name] = sunday + index;
  return table;
}

const SECOND: FieldSpec = { name: "second", min: 0, max: 59 };
const MINUTE: FieldSpec = { name: "minute", min: 0, max: 59 };
const HOUR: FieldSpec = { name: "hour", min: 0, max: 23 };
const DAY_OF_MONTH: FieldSpec = { name: "day of month", min: 1, max: 31, anyMark: true };
const MONTH: FieldSpec = { name: "month", min: 1, max: 12, names: MONTH_NAMES };
const YEAR: FieldSpec = { name: "year", min: FIRST_YEAR, max: LAST_YEAR };
const DAY_OF_WEEK: FieldSpec = {
  name: "day of week",
  min: 1,
  max: 7,
  names: dayNames(1),
  anyMark: true,
  hint: "with six or seven fields Sunday is 1",
};
const UNIX_DAY_OF_WEEK: FieldSpec = {
  name: "day of week",
  min: 0,
  max: 7,
  names: dayNames(0),
  anyMark: true,
  hint: "with five fields Sunday is 0 or 7",
};

const SHORTHANDS: Record<string, string> = {
  "@yearly": "0 0 0 1 1 * *",
  "@monthly": "0 0 0 1 * * *",
  "@weekly": "0 0 0 * * 1 *",
  "@daily": "0 0 0 * * * *",
  "@hourly": "0 0 * * * * *",
};

function bad(spec: FieldSpec, value: string, reason: string): GrammarError {
  return new GrammarError(`invalid value '${value}' in the ${spec.name} field: ${reason}`);
}

function expectation(spec: FieldSpec, text: string): string {
  const names = spec.names === undefined ? "" : " or a name";
  const expected = `expected a number from ${spec.min} to ${spec.max}${names}`;
  // Marks of other schedulers: last, nearest weekday, n-th weekday.
  if (/^(?:\d*[LW]+|\w+#\d+)$/i.test(text)) return `${expected}; L, W and # are not known here`;
  return spec.hint === undefined ? expected : `${expected}; ${spec.hint}`;
}

function point(spec: FieldSpec, text: string, item: string): number {
  if (/^\d{1,4}$/.test(text)) {
    const value = Number(text);
    if (value >= spec.min && value <= spec.max) return value;
  } else if (spec.names !== undefined && Object.hasOwn(spec.names, text.toLowerCase())) {
    return spec.names[text.toLowerCase()]!;
  }
  throw bad(spec, item, expectation(spec, text));
}

/** Adds one list item (`*`, `a`, `a-b`, any of them with a step) to the set. */
function addItem(spec: FieldSpec, item: string, set: FieldSet): void {
  const [body = "", stepText, ...more] = item.split("/");
  if (more.length > 0) throw bad(spec, item, "only one step is allowed");
  let step = 1;
  if (stepText !== undefined) {
    step = /^\d{1,4}$/.test(stepText) ? Number(stepText) : 0;
    if (step < 1 || step > spec.max) throw bad(spec, item, `the step must be from 1 to ${spec.max}`);
  }
  let [from, to] = [spec.min, spec.max];
  if (body === "?" && spec.anyMark === true) {
    if (stepText !== undefined) throw bad(spec, item, "'?' takes no step");
  } else if (body !== "*") {
    const [low = "", high, ...rest] = body.split("-");
    if (rest.length > 0) throw bad(spec, item, "a range has two ends");
    from = point(spec, low, item);
    if (high !== undefined) to = point(spec, high, item);
    else if (stepText === undefined) to = from;
    else if (!/^\d/.test(low)) throw bad(spec, item, "a named value takes no step");
    if (from > to) {
      const lists = `${low}-${spec.max},${spec.min}-${high}`;
      throw bad(spec, item, `the range ends before it begins; write ${lists}`);
    }
  }
  for (let value = from; value <= to; value += step) set[value - spec.min] = 1;
}

function field(spec: FieldSpec, text: string): FieldSet {
  const set = new Uint8Array(spec.max - spec.min + 1);
  for (const item of text.split(",")) addItem(spec, item, set);
  return set;
}

/** Folds 0-7 (both ends are Sunday) to an index that starts at Sunday. */
function unixDaysOfWeek(text: string): FieldSet {
  const wide = field(UNIX_DAY_OF_WEEK, text);
  const set = wide.slice(0, 7);
  if (wide[7] === 1) set[0] = 1;
  return set;
}

/**
 * Reads a cron expression. Six or seven fields start with seconds, count week days from Sunday = 1 and fire
 * when both day fields match; five fields are the common Unix dialect.
 * Stated in docs/reference/http-api.md, "Cron expressions".
 */
export function parseCron(text: string): CronExpression {
  const trimmed = text.trim();
  let fields = trimmed === "" ? [] : trimmed.split(/\s+/);
  if (fields.length === 1 && trimmed.startsWith("@")) {
    const expanded = SHORTHANDS[trimmed.toLowerCase()];
    if (expanded === undefined) {
      throw new GrammarError(
        `unknown shorthand '${trimmed}': expected one of ${Object.keys(SHORTHANDS).join(", ")}`,
      );
    }
    fields = expanded.split(" ");
  }
  if (fields.length < 5 || fields.length > 7) {
    throw new GrammarError(
      `expected 6 or 7 fields (second minute hour day-of-month month day-of-week [year]) or 5 Unix fields, got ${fields.length} in '${trimmed}'`,
    );
  }
  const unix = fields.length === 5;
  const [second, minute, hour, dayOfMonth, month, dayOfWeek, year] = unix ? ["0", ...fields] : fields;
  return {
    text: trimmed,
    seconds: field(SECOND, second!),
    minutes: field(MINUTE, minute!),
    hours: field(HOUR, hour!),
    daysOfMonth: field(DAY_OF_MONTH, dayOfMonth!),
    months: field(MONTH, month!),
    daysOfWeek: unix ? unixDaysOfWeek(dayOfWeek!) : field(DAY_OF_WEEK, dayOfWeek!),
    years: year === undefined ? undefined : field(YEAR, year),
    eitherDay: unix && !/^[*?]/.test(dayOfMonth!) && !/^[*?]/.test(dayOfWeek!),
  };
}

/**
 * Writes a five-field expression with six fields of the same meaning, for servers that know only those.
 * Undefined when there is none: six fields cannot say "day of month or day of week".
 */
export function toSixFields(text: string): string | undefined {
  const cron = parseCron(text);
  const fields = cron.text.split(/\s+/);
  if (fields.length !== 5) return cron.text;
  if (cron.eitherDay) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  let days = "*";
  if (dayOfWeek !== "*" && dayOfWeek !== "?") {
    days = DAY_NAMES.filter((_, index) => cron.daysOfWeek[index] === 1)
      .map((name) => name.slice(0, 3))
      .join(",");
  }
  return `0 ${minute} ${hour} ${dayOfMonth} ${month} ${days}`;
}
