import { CronSchedule } from "@millrace/api/grammar";

const DEFAULT_SCHEDULE = "* * * * * *";

/** When a tested schedule would run next, or the text of what is wrong with it. */
export function nextRun(schedule: string | null | undefined, nowMs: number): number | { error: string } {
  const expression = schedule ?? DEFAULT_SCHEDULE;
  let cron: CronSchedule;
  try {
    cron = new CronSchedule(expression);
  } catch (error) {
    return { error: `invalid cron syntax: ${error instanceof Error ? error.message : String(error)}` };
  }
  return cron.next(nowMs) ?? { error: `cron schedule never triggers: ${expression}` };
}
