export { type RunTimes, runTimes } from "@millrace/api";
export { ScheduleLoop, type ScheduleOptions } from "./schedule-loop.ts";
