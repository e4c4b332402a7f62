import type { RunOutcome } from "../interpreters/index.ts";

type RunError = NonNullable<RunOutcome["error"]>;
type Frame = RunError["traceback"][number];

/** A recursion without end has a thousand frames: its beginning and its end tell all there is. */
const FRAMES_AT_EACH_END = 20;

/** Where a run failed, as the server's log says it: docs/reference/triggers.md, "Logs". */
export interface FailurePlace {
  readonly text: string;
  /** From the plugin's function down to where it was raised. */
  readonly traceback: string;
}

/** Undefined when nobody knows: an interpreter that died took its frames along. */
export function failurePlace(error: RunError, pluginFile: string): FailurePlace | undefined {
  const { traceback } = error;
  // What was raised inside a library is of interest where the plugin called it.
  const frame = traceback.findLast(({ file }) => file === pluginFile) ?? traceback.at(-1);
  if (frame === undefined) return undefined;
  const what = error.kind === "timeout" ? "the plugin was stopped at" : "the plugin failed at";
  return { text: `${what} ${fileAndLine(frame)}`, traceback: shortened(traceback.map(frameText)).join(", ") };
}

function fileAndLine({ file, line }: Frame): string {
  return line === null ? file : `${file}:${line}`;
}

function frameText(frame: Frame): string {
  return `${fileAndLine(frame)} in ${frame.function}`;
}

function shortened(frames: readonly string[]): readonly string[] {
  const left = frames.length - 2 * FRAMES_AT_EACH_END;
  if (left <= 0) return frames;
  return [...frames.slice(0, FRAMES_AT_EACH_END), `… ${left} more …`, ...frames.slice(-FRAMES_AT_EACH_END)];
}
