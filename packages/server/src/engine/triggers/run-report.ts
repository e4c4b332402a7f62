import type { RunTriggerResponse } from "@millrace/api";
import { apiEvents, apiFrame, httpResponse } from "@millrace/plugin-runtime";
import { type EndedRun, failureTexts, requestFailureText } from "../invocation/index.ts";

/** Says in the log what a failed run says there, whoever asked for it. */
export function logFailure({ record, outcome }: EndedRun, runAsync: boolean): void {
  const { error } = outcome;
  if (error === undefined) return;
  const text = record.kind === "request" ? requestFailureText(error) : error.text;
  for (const row of failureTexts(record.kind, runAsync, text)) record.log("ERROR", row);
}

export async function describeRun({ record, outcome }: EndedRun): Promise<RunTriggerResponse> {
  const { error, response } = outcome;
  return {
    run_id: record.runId,
    outcome: record.outcome,
    error: error?.text ?? null,
    duration_ms: outcome.durationNs / 1e6,
    written_lines: record.linesWritten,
    events: await apiEvents(outcome.events),
    traceback: (error?.traceback ?? []).map(apiFrame),
    response: response === undefined ? null : httpResponse(response),
  };
}
