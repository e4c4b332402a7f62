import { CronSchedule } from "./cron-schedule.ts";
import type { TriggerSpec } from "./trigger-spec.ts";

/** The run times of a schedule, in Unix milliseconds. */
export interface RunTimes {
  /** The first run after a moment, or undefined when there is none. */
  first(nowMs: number): number | undefined;
  /** The run after a run. Counts from that run, not from the clock: a late run does not move the next. */
  after(runMs: number): number | undefined;
}

export type ScheduleSpec = Extract<TriggerSpec, { kind: "every" | "cron" }>;

const NS_PER_MS = 1_000_000n;

/** When a schedule runs: docs/reference/triggers.md, "Schedules". */
export function runTimes(spec: ScheduleSpec): RunTimes {
  if (spec.kind === "cron") {
    const cron = new CronSchedule(spec.expression);
    return { first: (nowMs) => cron.next(nowMs), after: (runMs) => cron.next(runMs) };
  }
  // Runs lie on multiples of the interval since the epoch, so that `every:1h` means the full hour in UTC.
  const stepMs = Number(spec.intervalNs / NS_PER_MS);
  return {
    first: (nowMs) => (Math.floor(nowMs / stepMs) + 1) * stepMs,
    after: (runMs) => runMs + stepMs,
  };
}

/** Up to `count` runs after the given Unix time, for showing people what a schedule means. */
export function nextRuns(spec: ScheduleSpec, afterMs: number, count: number): number[] {
  const times = runTimes(spec);
  const runs: number[] = [];
  let run = times.first(afterMs);
  while (run !== undefined && runs.length < count) {
    runs.push(run);
    run = times.after(run);
  }
  return runs;
}
