import type { PluginEvent, PluginHttpResponse, TracebackFrame } from "@millrace/api";

/** What came of calling an entry point, wherever it ran. */
export interface TestAnswer {
  readonly errors: readonly string[];
  /** Line protocol by database. */
  readonly writes: Readonly<Record<string, readonly string[]>>;
  readonly traceback: readonly TracebackFrame[];
  readonly response?: PluginHttpResponse | undefined;
  /** Undefined where nobody measured it. */
  readonly durationMs: number | undefined;
  /** What to know about how it was run. */
  readonly notes: readonly string[];
}

/** Told of what a plugin does, at once where that is possible. */
export type OnEvent = (event: PluginEvent) => void;

/** A test that could not be run, with a text for users. */
export class NotRunError extends Error {
  override name = "NotRunError";
}
