import { type Budget, LIMIT_OPTIONS, type RunLimits } from "../limits/index.ts";
import type { InterpreterTask, RunRequest } from "../protocol/index.ts";
import type { LineRoom } from "./line-room.ts";
import type { SourceSlots } from "./source-slots.ts";

const BUDGETS = Object.keys(LIMIT_OPTIONS) as Budget[];
const NS_PER_SECOND = 1_000_000_000n;

export function describeTask(
  request: RunRequest,
  limits: RunLimits,
  { sources, lines }: { sources: SourceSlots; lines: LineRoom },
): InterpreterTask {
  const { plugin } = request;
  const budgets = Object.fromEntries(BUDGETS.map((name) => [name, limits[name]])) as Record<Budget, number>;
  const { room, frames } = lines.pack(request.kind === "writes" ? request.batches.frames : []);
  return {
    op: "run",
    json: describeForPython(request, budgets),
    source: sources.choose(plugin.source),
    packageDirectory: plugin.package?.directory ?? null,
    lines: room,
    frames,
    tables: (request.kind === "writes" && request.batches.tables) || null,
    body: request.kind === "request" ? new Uint8Array(request.request.body) : null,
    callTimeoutMs: limits.timeoutMs + limits.graceMs,
    limits: budgets,
    frozenTimeNs: request.frozenTimeNs ?? null,
  };
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
