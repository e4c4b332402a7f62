import type { RunEnd } from "@millrace/python-vm";
import { type Budget, budgetText, INTERPRETER_OPTIONS, type RunLimits } from "../limits/index.ts";
import type {
  LogLine,
  QueuedWrite,
  RawError,
  RunError,
  RunErrorKind,
  RunOutcome,
  RunRequest,
  TaskResult,
} from "../protocol/index.ts";
import type { RunRecord } from "./run-record.ts";

/** Builds the outcome from how the run ended and what it told while it ran. */
export function describeOutcome(
  run: RunRequest,
  limits: RunLimits,
  end: RunEnd<TaskResult>,
  record: RunRecord,
  elapsedNs: number,
): RunOutcome {
  const file = run.plugin.fileName;
  const raw = end.kind === "done" ? end.response.outcome : null;
  if (end.kind !== "done" || raw === null) {
    return finish({ file, ok: false, error: describeDeath(end, limits), record, durationNs: elapsedNs });
  }
  record.take(raw.events);
  const { durationNs } = raw;
  if (raw.error) {
    const error = describeError(raw.error, end.timedOut, end.response.exceeded, limits);
    const place = raw.error.traceback.findLast((frame) => frame.own);
    return finish({ file, ok: false, error, record, durationNs, ...(place ? { place } : {}) });
  }
  if (raw.overdrawn !== null) {
    const text = budgetText(raw.overdrawn, limits[raw.overdrawn]);
    const error = { text, type: "", kind: "budget", phase: "call", traceback: [] } as const;
    return finish({ file, ok: false, error, record, durationNs });
  }
  const response = raw.response && { ...raw.response, body: end.response.bytes ?? EMPTY };
  return finish({ file, ok: true, record, durationNs, ...(response ? { response } : {}) });
}

const EMPTY = new Uint8Array(0);

interface Finished extends Pick<RunOutcome, "ok" | "error" | "response" | "durationNs"> {
  readonly file: string;
  readonly record: RunRecord;
  /** Where the error came from. */
  readonly place?: { readonly file: string; readonly line: number | null };
}

function finish({ file, record, place, ...rest }: Finished): RunOutcome {
  const events = [...record.events];
  const logs: LogLine[] = [];
  const writes: QueuedWrite[] = [];
  for (const event of events) {
    if (event.kind === "log") {
      const { level, message, line } = event;
      logs.push({ level, message, file: event.file, line });
    }
    if (event.kind === "write" && rest.ok) {
      const { database, lineProtocol: text, sync, line } = event;
      writes.push({ database, text, sync, file: event.file, line });
    }
  }
  if (rest.error) {
    const { file: errorFile = file, line = null } = place ?? {};
    const message = rest.error.text;
    events.push({ kind: "error", message, file: errorFile, line, atNs: rest.durationNs });
  }
  return { ...rest, logs, writes, events };
}

function describeError(
  { errno, ...error }: RawError,
  timedOut: boolean,
  exceeded: Budget | null,
  limits: RunLimits,
): RunError {
  const traceback = error.traceback.map(({ own: _own, ...frame }) => frame);
  const described = { ...error, traceback };
  if (timedOut && error.type === "KeyboardInterrupt") {
    return { ...described, kind: "timeout", text: `KeyboardInterrupt: ${timeoutText(limits)}` };
  }
  if (exceeded !== null) {
    const text = budgetText(exceeded, limits[exceeded]);
    if (error.text.includes(text)) return { ...described, kind: "budget" };
    // What Python sees of a used up budget of file calls is an error of input and output.
    if (errno === "EIO") return { ...described, kind: "budget", text: `${error.text}: ${text}` };
  }
  const hint = error.kind === "memory" ? MEMORY_HINT : errno === "ENOSPC" ? FILES_HINT : undefined;
  return hint === undefined ? described : { ...described, text: joinTexts(error.text, hint) };
}

const { heap, stack, fileBytes, fileCount } = INTERPRETER_OPTIONS;
const MEMORY_HINT = `the plugin used up the memory of its interpreter. Keep less at a time, or raise ${heap}.`;
const FILES_HINT = `remove files, or raise ${fileBytes} (their bytes) or ${fileCount} (their number).`;
const TAMPERED = "it, or a plugin before it, changed the code that runs plugins";
const STACK_HINT = `Nest calls and data less deeply, or raise ${stack}.`;

function joinTexts(text: string, more: string): string {
  return text.endsWith(": ") ? text + more : `${text}: ${more}`;
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
  const reason = end.kind === "fatal" ? end.reason : TAMPERED;
  const hint = reason.includes("stack") ? ` ${STACK_HINT}` : "";
  return died("fatal", `the plugin broke its interpreter: ${reason}.${hint}`);
}
