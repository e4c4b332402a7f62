import type { RequestRun, RunRequest, ScheduleRun, WritesRun } from "../interpreters/index.ts";
import type { TriggerName } from "../logs/index.ts";
import type { RunOrigin } from "../loops/index.ts";

/** What differs from call to call of one trigger. */
export type CallInput =
  | Pick<WritesRun, "kind" | "batches">
  | Pick<ScheduleRun, "kind" | "callTimeNs">
  | Pick<RequestRun, "kind" | "request">;

/** One call of a plugin's function on behalf of a trigger. */
export interface PluginCall {
  readonly trigger: TriggerName;
  readonly cacheNamespace: string;
  readonly plugin: RunRequest["plugin"];
  readonly args: Readonly<Record<string, string>> | null;
  readonly origin: RunOrigin;
  readonly input: CallInput;
  /** Rows of the input. */
  readonly rows: number;
  /** 1, and more where the same input is tried again. */
  readonly attempt: number;
}
