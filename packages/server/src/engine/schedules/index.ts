export { type RunTimes, runTimes } from "./run-times.ts";
export { ScheduleLoop, type ScheduleOptions } from "./schedule-loop.ts";
