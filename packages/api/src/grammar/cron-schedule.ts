import { type CronExpression, FIRST_YEAR, type FieldSet, LAST_YEAR, parseCron } from "./cron-expression.ts";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** Smallest value of the set that is at least `from`, or -1. */
function atLeast(set: FieldSet, from: number): number {
  for (let value = from; value < set.length; value++) if (set[value] === 1) return value;
  return -1;
}

/** First matching second of a day at or after the given second of that day, or -1. */
function secondOfDay(cron: CronExpression, from: number): number {
  const fromHour = Math.floor(from / 3600);
  const fromMinute = Math.floor(from / 60) % 60;
  for (let hour = atLeast(cron.hours, fromHour); hour !== -1; hour = atLeast(cron.hours, hour + 1)) {
    const firstMinute = hour === fromHour ? fromMinute : 0;
    let minute = atLeast(cron.minutes, firstMinute);
    for (; minute !== -1; minute = atLeast(cron.minutes, minute + 1)) {
      const sameMinute = hour === fromHour && minute === fromMinute;
      const second = atLeast(cron.seconds, sameMinute ? from % 60 : 0);
      if (second !== -1) return hour * 3600 + minute * 60 + second;
    }
  }
  return -1;
}

function dayMatches(cron: CronExpression, date: Date): boolean {
  const dayOfMonth = cron.daysOfMonth[date.getUTCDate() - 1] === 1;
  const dayOfWeek = cron.daysOfWeek[date.getUTCDay()] === 1;
  return cron.eitherDay ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
}

/** A cron expression as points in time. All arithmetic is in UTC, on whole seconds. */
export class CronSchedule {
  readonly expression: CronExpression;

  constructor(expression: string | CronExpression) {
    this.expression = typeof expression === "string" ? parseCron(expression) : expression;
  }

  /** The first run strictly after the given Unix time, or undefined when there is none up to the year 2100. */
  next(afterMs: number): number | undefined {
    const cron = this.expression;
    const startMs = Math.max((Math.floor(afterMs / SECOND_MS) + 1) * SECOND_MS, 0);
    let dayStartMs = Math.floor(startMs / DAY_MS) * DAY_MS;
    for (;;) {
      const date = new Date(dayStartMs);
      const year = date.getUTCFullYear();
      if (year > LAST_YEAR || Number.isNaN(year)) return undefined;
      if (cron.years !== undefined && cron.years[year - FIRST_YEAR] !== 1) {
        dayStartMs = Date.UTC(year + 1, 0, 1);
        continue;
      }
      if (cron.months[date.getUTCMonth()] !== 1) {
        dayStartMs = Date.UTC(year, date.getUTCMonth() + 1, 1);
        continue;
      }
      if (dayMatches(cron, date)) {
        const second = secondOfDay(cron, Math.max(0, (startMs - dayStartMs) / SECOND_MS));
        if (second !== -1) return dayStartMs + second * SECOND_MS;
      }
      dayStartMs += DAY_MS;
    }
  }
}
