import { formatDuration } from "@millrace/api";
import type { RunRequest } from "../interpreters/index.ts";
import type { CallInput } from "./plugin-call.ts";

type RunKind = RunRequest["kind"];

/** The framework's own log lines, stated in docs/reference/triggers.md, "Logs". */

const PLUGIN_NAMES = {
  writes: "wal plugin",
  schedule: "schedule plugin",
  request: "request plugin",
} as const;

export function startText(input: CallInput): string {
  if (input.kind !== "schedule") return `starting execution of ${PLUGIN_NAMES[input.kind]}.`;
  return `starting execution with scheduled time ${utcSeconds(input.callTimeNs)} UTC`;
}

export function finishText(durationNs: number): string {
  return `finished execution in ${formatDuration(BigInt(Math.round(durationNs)))}`;
}

/** What the logs table says of a run that failed: docs/reference/triggers.md, "Logs". */
export function failureTexts(kind: RunKind, runAsync: boolean, error: string): string[] {
  switch (kind) {
    case "writes":
      return [`error executing wal plugin: ${error}`];
    case "schedule":
      return [
        `error executing schedule plugin: ${error}`,
        `error running ${runAsync ? "async scheduled" : "scheduled"} plugin: ${error}`,
      ];
    case "request":
      return [`error running request plugin: ${error}`];
  }
}

export function writeBackFailureText(kind: RunKind, failure: string): string {
  return `error running ${PLUGIN_NAMES[kind]}: ${failure}`;
}

/** `2025-01-01 00:00:05` */
function utcSeconds(timeNs: bigint): string {
  return new Date(Number(timeNs / 1_000_000n)).toISOString().slice(0, 19).replace("T", " ");
}
