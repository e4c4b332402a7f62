import type { PluginEvent as ApiEvent, TracebackFrame as ApiFrame } from "@millrace/api";
import type { PluginEvent, TracebackFrame } from "../protocol/index.ts";

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

export function apiFrame({ file, line, function: name }: TracebackFrame): ApiFrame {
  return { file, line: line ?? 0, function: name };
}
