import type { PluginEvent, TracebackFrame, WalPluginTestResponse } from "@millrace/api";
import type { RunOutcome } from "../interpreters/index.ts";
import { finishText } from "../invocation/index.ts";

/** A test that failed before or in the plugin: one error, and nothing else of the original's keys. */
export function failure(error: string): WalPluginTestResponse {
  return { log_lines: [], database_writes: {}, errors: [error] };
}

/** The answer to a plugin test: docs/reference/triggers.md, "Plugin tests". */
export function report(startText: string, outcome: RunOutcome): WalPluginTestResponse {
  const details = { events: outcome.events.map(apiEvent), durationMs: outcome.durationNs / 1e6 };
  if (outcome.error !== undefined) {
    return {
      ...failure(`error executing plugin: ${outcome.error.text}`),
      ...details,
      traceback: outcome.error.traceback.map(apiFrame),
    };
  }
  return {
    log_lines: [
      `INFO: ${startText}`,
      ...outcome.logs.map(({ level, message }) => `${level}: ${message}`),
      `INFO: ${finishText(outcome.durationNs)}`,
    ],
    database_writes: writesByDatabase(outcome),
    errors: [],
    ...details,
  };
}

/** Within a database, what was written at once comes before what was queued. */
function writesByDatabase({ writes }: RunOutcome): Record<string, string[]> {
  const byDatabase = new Map<string, string[]>();
  for (const sync of [true, false]) {
    for (const write of writes) {
      if (write.sync !== sync) continue;
      byDatabase.set(write.database, [...(byDatabase.get(write.database) ?? []), write.text]);
    }
  }
  return Object.fromEntries(byDatabase);
}

function apiEvent(event: RunOutcome["events"][number]): PluginEvent {
  const place = { kind: event.kind, file: event.file, line: event.line ?? 0, atNs: event.atNs };
  switch (event.kind) {
    case "log":
      return { ...place, level: event.level, message: event.message };
    case "write":
      return { ...place, database: event.database, lineProtocol: event.lineProtocol };
    case "query":
      return {
        ...place,
        database: event.database,
        sql: event.sql,
        ...(event.rows === null ? {} : { rows: event.rows }),
      };
    default:
      return { ...place, message: event.message };
  }
}

function apiFrame({
  file,
  line,
  function: name,
}: {
  file: string;
  line: number | null;
  function: string;
}): TracebackFrame {
  return { file, line: line ?? 0, function: name };
}
