import type { RequestRun, ScheduleRun, WritesRun } from "../protocol/index.ts";

/** What a plugin's function is called with, beside the interface and the arguments. */
export type PluginInput =
  | Pick<WritesRun, "kind" | "batches">
  | Pick<ScheduleRun, "kind" | "callTimeNs">
  | Pick<RequestRun, "kind" | "request">;
