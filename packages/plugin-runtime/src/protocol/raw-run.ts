import type { Budget } from "../limits/index.ts";
import type { PluginEvent, RunError, TracebackFrame } from "./run.ts";

type DistributiveOmit<Type, Key extends PropertyKey> = Type extends unknown ? Omit<Type, Key> : never;

/** An event as it comes out of an interpreter; without a file, it is of the plugin's only one. */
export type RawEvent = DistributiveOmit<PluginEvent, "file"> & { readonly file: string | null };

/** `own`: of the plugin itself. */
export type RawFrame = TracebackFrame & { readonly own: boolean };

export type RawError = Omit<RunError, "traceback"> & {
  readonly traceback: readonly RawFrame[];
  /** Name of the error number of an OSError. */
  readonly errno: string;
};

/** What Python says about a run. */
export interface RawOutcome {
  readonly error?: RawError;
  /** Those that were not sent before. */
  readonly events: readonly RawEvent[];
  readonly response?: {
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
  };
  readonly durationNs: number;
  /** A budget that Python's own counting let pass: a plugin went around it. */
  readonly overdrawn: Budget | null;
}
