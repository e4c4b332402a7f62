import { formatDuration } from "@millrace/api/grammar";
import type { PluginInput } from "./plugin-input.ts";

export const PLUGIN_NAMES = {
  writes: "wal plugin",
  schedule: "schedule plugin",
  request: "request plugin",
} as const;

/** The framework's first log line of a run: docs/reference/triggers.md, "Logs". */
export function startText(input: PluginInput): string {
  if (input.kind !== "schedule") return `starting execution of ${PLUGIN_NAMES[input.kind]}.`;
  return `starting execution with scheduled time ${utcSeconds(input.callTimeNs)} UTC`;
}

/** The framework's last log line of a run that succeeded. */
export function finishText(durationNs: number): string {
  return `finished execution in ${formatDuration(BigInt(Math.round(durationNs)))}`;
}

/** `2025-01-01T00:00:05Z` */
export function triggerTimeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}

/** `2025-01-01 00:00:05` */
function utcSeconds(timeNs: bigint): string {
  return new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, 19).replace("T", " ");
}
