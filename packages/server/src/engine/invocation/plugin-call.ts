import type { RequestRun, RunRequest, ScheduleRun, WritesRun } from "../interpreters/index.ts";
import type { RunOrigin } from "../loops/index.ts";

/** What differs from call to call of one trigger. */
export type CallInput =
  | Pick<WritesRun, "kind" | "batches">
  | Pick<ScheduleRun, "kind" | "callTimeNs">
  | Pick<RequestRun, "kind" | "request">;

/** One call of a plugin's function on behalf of a trigger. */
export interface PluginCall {
  readonly trigger: string;
  readonly database: string;
  readonly cacheNamespace: string;
  readonly plugin: RunRequest["plugin"];
  readonly args: Readonly<Record<string, string>> | null;
  readonly origin: RunOrigin;
  readonly input: CallInput;
}
