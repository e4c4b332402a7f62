import type { PluginHttpResponse, RequestPluginTestResponse, WalPluginTestResponse } from "@millrace/api";
import type { PluginResponse, RunOutcome } from "../protocol/index.ts";
import { apiEvents, apiFrame } from "./api-events.ts";
import type { PluginInput } from "./plugin-input.ts";
import { finishText, startText } from "./run-texts.ts";

/** A test that failed before or in the plugin: one error, and nothing else of the original's keys. */
export function failedTest(error: string): WalPluginTestResponse {
  return { log_lines: [], database_writes: {}, errors: [error] };
}

/** The answer to a plugin test: docs/reference/triggers.md, "Plugin tests". */
export async function describeTest(input: PluginInput, outcome: RunOutcome): Promise<WalPluginTestResponse> {
  const details = { events: await apiEvents(outcome.events), durationMs: outcome.durationNs / 1e6 };
  if (outcome.error !== undefined) {
    return {
      ...failedTest(`error executing plugin: ${outcome.error.text}`),
      ...details,
      traceback: outcome.error.traceback.map(apiFrame),
    };
  }
  return {
    log_lines: [
      `INFO: ${startText(input)}`,
      ...outcome.logs.map(({ level, message }) => `${level}: ${message}`),
      `INFO: ${finishText(outcome.durationNs)}`,
    ],
    database_writes: writesByDatabase(outcome),
    errors: [],
    ...details,
  };
}

/** The answer to the test of a request plugin: what its caller would have got, and what any test tells. */
export async function describeRequestTest(
  input: PluginInput,
  outcome: RunOutcome,
): Promise<RequestPluginTestResponse> {
  const { response } = outcome;
  return {
    response: response === undefined ? null : httpResponse(response),
    ...(await describeTest(input, outcome)),
  };
}

export function httpResponse({ status, headers, body }: PluginResponse): PluginHttpResponse {
  const head = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  try {
    return { ...head, body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { ...head, body_base64: Buffer.from(body).toString("base64") };
  }
}

/** Within a database, what was written at once comes before what was queued. */
export function writesByDatabase({ writes }: RunOutcome): Record<string, string[]> {
  const byDatabase = new Map<string, string[]>();
  for (const sync of [true, false]) {
    for (const write of writes) {
      if (write.sync !== sync) continue;
      const texts = byDatabase.get(write.database);
      if (texts === undefined) byDatabase.set(write.database, [write.text]);
      else texts.push(write.text);
    }
  }
  return Object.fromEntries(byDatabase);
}
