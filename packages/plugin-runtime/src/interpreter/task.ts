import { LIMIT_OPTIONS, type RunLimits } from "../limits/index.ts";
import type { InterpreterTask, RunRequest } from "../protocol/index.ts";

/** The limits that Python counts itself, with the words of its error texts. */
const COUNTED = ["logLines", "outputBytes", "writtenLines", "writtenBytes", "hostCalls"] as const;
const NS_PER_SECOND = 1_000_000_000n;

export function describeTask(
  request: RunRequest,
  limits: RunLimits,
): { task: InterpreterTask; transfer: ArrayBuffer[] } {
  const json = JSON.stringify({
    kind: request.kind,
    source: request.plugin.source,
    database: request.database,
    args: request.args,
    cacheNamespace: request.cacheNamespace,
    test: request.test,
    limits: Object.fromEntries(COUNTED.map((name) => [name, { max: limits[name], ...LIMIT_OPTIONS[name] }])),
    ...(request.kind === "schedule"
      ? { callTimeSeconds: Number(floorDivide(request.callTimeNs, NS_PER_SECOND)) }
      : {}),
    ...(request.kind === "request" ? { query: request.request.query, headers: request.request.headers } : {}),
  });
  const frames =
    request.kind === "writes"
      ? request.batches.frames.map((frame) => ({ ...frame, bytes: new Uint8Array(frame.bytes) }))
      : [];
  const task: InterpreterTask = {
    op: "run",
    json,
    frames,
    tables: (request.kind === "writes" && request.batches.tables) || null,
    body: request.kind === "request" ? new Uint8Array(request.request.body) : null,
    callTimeoutMs: limits.timeoutMs + limits.graceMs,
    eventsMaxBytes: eventsMaxBytes(limits),
  };
  return { task, transfer: frames.map((frame) => frame.bytes.buffer as ArrayBuffer) };
}

/** Generous: escapes may double a text, and each event has a frame around it. */
function eventsMaxBytes(limits: RunLimits): number {
  const events = limits.logLines + limits.writtenLines + limits.hostCalls;
  return 2 * (limits.outputBytes + limits.writtenBytes) + 256 * events + 2 ** 20;
}

/** Whole seconds before 1970 too. */
function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
