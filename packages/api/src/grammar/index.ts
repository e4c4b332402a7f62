export { type CronExpression, parseCron, toSixFields } from "./cron-expression.ts";
export { cronNote } from "./cron-note.ts";
export { CronSchedule } from "./cron-schedule.ts";
export { formatDuration, parseDuration, YEAR_NS } from "./duration.ts";
export { GrammarError } from "./error.ts";
export { type HardDelete, parseHardDelete } from "./hard-delete.ts";
export { integerProblem, type MemorySize, parseMemorySize, resolveMemorySize } from "./memory-size.ts";
export {
  LEGACY_PRECISION_SPELLINGS,
  type LegacyPrecision,
  PRECISION_SPELLINGS,
  type Precision,
  parsePrecision,
} from "./precision.ts";
export { nextRuns, type RunTimes, runTimes, type ScheduleSpec } from "./run-times.ts";
export {
  formatTriggerSpec,
  type PluginKind,
  parseTriggerSpec,
  pluginKindOf,
  type TriggerSpec,
  triggerSpecToJson,
} from "./trigger-spec.ts";
