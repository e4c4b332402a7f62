import type { PluginEvent, WalPluginTestResponse } from "@millrace/api";
import { LineParser, Precision } from "@millrace/line-protocol";
import type { PluginTexts } from "../plugin-texts/index.ts";
import { PlaceGuess } from "./place-guess.ts";

/** Logged by the framework itself, before and after the plugin. */
const FRAMEWORK = /^(?:starting execution (?:of|with) |finished execution in )/;
const LOG = /^(INFO|WARN|ERROR): ([\s\S]*)$/;
const UNMEASURED = -1;

/** What happened, as far as an original server tells: texts, without lines. */
export function originalEvents(
  plugin: PluginTexts,
  { log_lines: logs = [], database_writes: writes = {}, errors = [] }: Partial<WalPluginTestResponse>,
): PluginEvent[] {
  const guess = new PlaceGuess(plugin);
  const events: PluginEvent[] = [];
  for (const text of logs) {
    const [, level = "INFO", message = text] = LOG.exec(text) ?? [];
    if (FRAMEWORK.test(message)) continue;
    events.push({ kind: "log", level, message, ...guess.ofLog(level, message), atNs: UNMEASURED });
  }
  for (const [database, texts] of Object.entries(writes)) {
    for (const lineProtocol of texts) {
      const place = guess.ofWrite(tableOf(lineProtocol));
      events.push({ kind: "write", database, lineProtocol, ...place, atNs: UNMEASURED });
    }
  }
  for (const message of errors) {
    events.push({ kind: "error", message, ...guess.ofError(message), atNs: UNMEASURED });
  }
  return events;
}

function tableOf(lineProtocol: string): string {
  const bytes = new TextEncoder().encode(lineProtocol);
  const parser = new LineParser();
  parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  return parser.next() && parser.error === 0 ? parser.measurements.name(parser.measurementId) : "";
}
