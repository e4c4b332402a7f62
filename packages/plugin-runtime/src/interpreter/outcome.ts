import type { RunEnd } from "@millrace/python-vm";
import type { RunLimits } from "../limits/index.ts";
import type {
  LogLine,
  PluginEvent,
  QueuedWrite,
  RunError,
  RunErrorKind,
  RunOutcome,
  RunRequest,
  TaskResult,
} from "../protocol/index.ts";
import type { RawEvent } from "./raw-events.ts";
import { type RawOutcome, readOutcome } from "./raw-outcome.ts";

/** Builds the outcome from how the run ended and the events that arrived while it ran. */
export function describeOutcome(
  run: RunRequest,
  limits: RunLimits,
  end: RunEnd<TaskResult>,
  streamed: readonly RawEvent[],
  elapsedNs: number,
): RunOutcome {
  const file = run.plugin.fileName;
  const raw = end.kind === "done" ? readOutcome(end.response.json ?? "") : undefined;
  if (end.kind !== "done" || raw === undefined) {
    const error = describeDeath(end, limits);
    return finish({ file, ok: false, error, events: streamed, durationNs: elapsedNs });
  }
  const error = raw.error && describeError(raw.error, file, end.timedOut, limits);
  return finish({
    file,
    ok: raw.ok,
    ...(error ? { error } : {}),
    events: [...streamed, ...raw.events],
    durationNs: raw.durationNs,
    ...(raw.ok && raw.response ? { response: { ...raw.response, body: end.response.bytes ?? EMPTY } } : {}),
  });
}

const EMPTY = new Uint8Array(0);

interface Finished extends Pick<RunOutcome, "ok" | "error" | "response" | "durationNs"> {
  readonly file: string;
  readonly events: readonly RawEvent[];
}

function finish({ file, events: raw, ...rest }: Finished): RunOutcome {
  const events = raw.map((event): PluginEvent => ({ ...event, file }));
  const logs: LogLine[] = [];
  const writes: QueuedWrite[] = [];
  for (const event of events) {
    if (event.kind === "log") logs.push({ level: event.level, message: event.message, line: event.line });
    if (event.kind === "write" && rest.ok) {
      const { database, lineProtocol: text, sync, line } = event;
      writes.push({ database, text, sync, file, line });
    }
  }
  if (rest.error) {
    const line = rest.error.traceback.findLast((frame) => frame.file === file)?.line ?? null;
    events.push({ kind: "error", message: rest.error.text, file, line, atNs: rest.durationNs });
  }
  return { ...rest, logs, writes, events };
}

function describeError(
  error: NonNullable<RawOutcome["error"]>,
  file: string,
  timedOut: boolean,
  limits: RunLimits,
): RunError {
  const traceback = error.traceback.map((frame) => ({ ...frame, file: frame.file ?? file }));
  if (timedOut && error.type === "KeyboardInterrupt") {
    return { ...error, kind: "timeout", text: `KeyboardInterrupt: ${timeoutText(limits)}`, traceback };
  }
  return { ...error, traceback };
}

function timeoutText(limits: RunLimits): string {
  return (
    `the plugin ran longer than its limit of ${limits.timeoutMs} ms. ` +
    `Do less per run, or raise ${limits.timeoutOption}.`
  );
}

/** The interpreter did not survive the run: a text that says what happened and what it cost. */
function describeDeath(end: RunEnd<TaskResult>, limits: RunLimits): RunError {
  const died = (kind: RunErrorKind, what: string): RunError => ({
    kind,
    type: "",
    phase: "call",
    traceback: [],
    text: `${what} Its interpreter was replaced, and with it the trigger's local cache.`,
  });
  if (end.kind === "killed") {
    const what = end.timedOut ? timeoutText(limits) : `the plugin was stopped: ${end.reason}.`;
    return died("killed", what);
  }
  if (end.kind === "fatal" && end.exitCode !== undefined) {
    return died(
      "fatal",
      `the plugin ended its process (exit code ${end.exitCode}), which a plugin must not do.`,
    );
  }
  return died(
    "fatal",
    `the plugin broke its interpreter: ${end.kind === "fatal" ? end.reason : "no outcome"}.`,
  );
}
