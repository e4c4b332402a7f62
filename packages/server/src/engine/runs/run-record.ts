import type { PluginKind } from "@millrace/api";
import type { RunErrorKind, RunOutcome, RunRequest } from "@millrace/plugin-runtime";
import type { TriggerName } from "../logs/index.ts";

/** How a run ended: docs/reference/triggers.md, "Run records". */
export type RunOutcomeName = "running" | FinalOutcome;

export type FinalOutcome =
  | "ok"
  | "error"
  | "timeout"
  | "memory"
  | "budget"
  | "killed"
  | "fatal"
  | "write_refused"
  | "not_started";

/** What is known of a run before it begins. */
export interface RunDescription extends TriggerName {
  readonly pluginFilename: string;
  readonly kind: RunRequest["kind"];
  /** Rows handed to the plugin. */
  readonly rowsIn: number;
  /** 1, and more where the same input is tried again. */
  readonly attempt: number;
}

/** A row of `millrace.plugin_runs`. */
export interface RunRecord extends Omit<RunDescription, "kind"> {
  readonly kind: PluginKind;
  readonly runId: string;
  readonly startedAtNs: bigint;
  readonly waitedMs: number;
  readonly outcome: RunOutcomeName;
  /** Undefined while the run is on, and when it never began. */
  readonly durationNs: number | undefined;
  readonly linesWritten: number;
  readonly error: string | undefined;
}

const BY_ERROR_KIND: Readonly<Record<RunErrorKind, FinalOutcome>> = {
  exception: "error",
  "missing-function": "error",
  timeout: "timeout",
  memory: "memory",
  budget: "budget",
  killed: "killed",
  fatal: "fatal",
};

export function outcomeName({ ok, error }: RunOutcome): FinalOutcome {
  if (ok) return "ok";
  return error === undefined ? "error" : BY_ERROR_KIND[error.kind];
}

/** The kind as options, commands and tables name it. */
export function kindName(kind: RunRequest["kind"]): PluginKind {
  return kind === "writes" ? "wal" : kind;
}
