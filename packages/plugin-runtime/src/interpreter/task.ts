import { type Budget, LIMIT_OPTIONS, type RunLimits } from "../limits/index.ts";
import type { InterpreterTask, LineFrame, RunRequest, TaskFrame } from "../protocol/index.ts";
import type { SourceSlots } from "./source-slots.ts";

type RunTask = Extract<InterpreterTask, { op: "run" }>;

const BUDGETS = Object.keys(LIMIT_OPTIONS) as Budget[];
const NS_PER_SECOND = 1_000_000_000n;

export function describeTask(
  request: RunRequest,
  limits: RunLimits,
  sources: SourceSlots,
): { task: InterpreterTask; transfer: ArrayBuffer[] } {
  const { plugin } = request;
  const budgets = Object.fromEntries(BUDGETS.map((name) => [name, limits[name]])) as Record<Budget, number>;
  const { lines, frames } = packFrames(request.kind === "writes" ? request.batches.frames : []);
  const task: InterpreterTask = {
    op: "run",
    json: describeForPython(request, budgets),
    source: sources.choose(plugin.source),
    packageDirectory: plugin.package?.directory ?? null,
    lines,
    frames,
    tables: (request.kind === "writes" && request.batches.tables) || null,
    body: request.kind === "request" ? new Uint8Array(request.request.body) : null,
    callTimeoutMs: limits.timeoutMs + limits.graceMs,
    limits: budgets,
    frozenTimeNs: request.frozenTimeNs ?? null,
  };
  return { task, transfer: [lines.buffer] };
}

function packFrames(frames: readonly LineFrame[]): Pick<RunTask, "lines" | "frames"> {
  const lines = new Uint8Array(frames.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let offset = 0;
  const packed = frames.map(({ precision, defaultTimeNs, bytes }): TaskFrame => {
    lines.set(bytes, offset);
    const frame = { precision, defaultTimeNs, offset, sizeBytes: bytes.length };
    offset += bytes.length;
    return frame;
  });
  return { lines, frames: packed };
}

function describeForPython(request: RunRequest, limits: Record<Budget, number>): string {
  const { plugin, database, args, cacheNamespace, cache, test } = request;
  return JSON.stringify({
    kind: request.kind,
    fileName: plugin.fileName,
    ...(plugin.package ? { package: plugin.package } : {}),
    database,
    args,
    cacheNamespace,
    hostCache: cache === "host",
    test,
    limits,
    ...(request.kind === "schedule"
      ? { callTimeSeconds: Number(floorDivide(request.callTimeNs, NS_PER_SECOND)) }
      : {}),
    ...(request.kind === "request" ? { query: request.request.query, headers: request.request.headers } : {}),
  });
}

/** Whole seconds before 1970 too. */
function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
