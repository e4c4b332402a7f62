import { setImmediate } from "node:timers/promises";
import type { PluginEvent as ApiEvent, TracebackFrame as ApiFrame } from "@millrace/api";
import type { PluginEvent, TracebackFrame } from "../protocol/index.ts";

/** Described before other work of the thread gets a turn: a run may have done a hundred thousand things. */
const EVENTS_A_TURN = 2_000;

export async function apiEvents(events: readonly PluginEvent[]): Promise<ApiEvent[]> {
  const described: ApiEvent[] = [];
  for (const event of events) {
    described.push(apiEvent(event));
    if (described.length % EVENTS_A_TURN === 0) await setImmediate();
  }
  return described;
}

/** An event as the test API shows it; a line that is not known is 0 there. */
export function apiEvent(event: PluginEvent): ApiEvent {
  const place = { kind: event.kind, file: event.file, line: event.line ?? 0, atNs: event.atNs };
  switch (event.kind) {
    case "log":
      return { ...place, level: event.level, message: event.message };
    case "write":
      return { ...place, database: event.database, lineProtocol: event.lineProtocol };
    case "query": {
      const rows = event.rows === null ? {} : { rows: event.rows };
      return { ...place, database: event.database, sql: event.sql, ...rows };
    }
    default:
      return { ...place, message: event.message };
  }
}

/** A line of source that was written by a program may be of any length. */
const SOURCE_MAX_CHARS = 500;

export function apiFrame({ file, line, function: name, source }: TracebackFrame): ApiFrame {
  const place = { file, line: line ?? 0, function: name };
  if (source === undefined || source === "") return place;
  const shown = source.length <= SOURCE_MAX_CHARS ? source : `${source.slice(0, SOURCE_MAX_CHARS)}…`;
  return { ...place, source: shown };
}
