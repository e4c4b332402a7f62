import type { PluginHttpResponse, RunTriggerResponse } from "@millrace/api";
import { stepLines, tracebackLines } from "../shared/plugin-steps.ts";

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What a run by hand did, for people. */
export function runReport(name: string, result: RunTriggerResponse): string {
  const { run_id: runId, outcome, error, events, traceback, response } = result;
  const took = `${result.duration_ms.toFixed(1)} ms`;
  const written = `${counted(result.written_lines, "line")} written`;
  const lines = [
    `Trigger ${name}: ${outcome} in ${took}, ${written} (run ${runId})`,
    ...stepLines(events.filter((event) => event.kind !== "error")),
    ...tracebackLines(traceback),
    ...(error === null ? [] : [error]),
    ...(response === null ? [] : responseLines(response)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function responseLines({ status, headers, body, body_base64: base64 }: PluginHttpResponse): string[] {
  const head = [`Response ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`), ""];
  if (body !== undefined) return [...head, body];
  return base64 === undefined ? head : [...head, `(bytes in base64) ${base64}`];
}
