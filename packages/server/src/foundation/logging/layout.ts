import type { LogFormat } from "../log-options.ts";
import type { LogFields } from "../logger.ts";

export interface LogRecord {
  timeNs: bigint;
  level: "error" | "warn" | "info" | "debug";
  target: string;
  message: string;
  fields: LogFields | undefined;
}

/** Longest line, without its newline: docs/reference/configuration.md, "Logging". */
const MAX_LINE_BYTES = 16_383;

/** `2026-01-02T03:04:05.678901Z` */
function timestamp(timeNs: bigint): string {
  const micros = timeNs / 1000n;
  const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000n).padStart(6, "0")}Z`;
}

const CONTROL = /[\u0000-\u001f\u007f]/g;

/** One record is one line: a newline or an escape sequence in user data must not forge or hide another. */
function escapeControl(text: string): string {
  return text.replace(CONTROL, (char) => {
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    if (char === "\t") return "\\t";
    return `\\u{${char.charCodeAt(0).toString(16)}}`;
  });
}

function quoted(text: string): string {
  return `"${escapeControl(text.replace(/["\\]/g, "\\$&"))}"`;
}

function fieldText(value: string | number | boolean | bigint): string {
  if (typeof value !== "string") return String(value);
  return value === "" || /[\s"=\u0000-\u001f\u007f]/.test(value) ? quoted(value) : value;
}

function present(fields: LogFields | undefined): [string, string | number | boolean | bigint][] {
  if (fields === undefined) return [];
  return Object.entries(fields).filter((entry): entry is [string, string | number | boolean | bigint] => {
    return entry[1] !== undefined;
  });
}

const layouts: Record<LogFormat, (record: LogRecord) => string> = {
  full(record) {
    const fields = present(record.fields).map(([key, value]) => ` ${key}=${fieldText(value)}`);
    const level = record.level.toUpperCase().padStart(5);
    return `${timestamp(record.timeNs)} ${level} ${record.target}: ${escapeControl(record.message)}${fields.join("")}`;
  },
  pretty(record) {
    const level = record.level.toUpperCase().padStart(5);
    const fields = present(record.fields).map(([key, value]) => `\n    ${key}: ${fieldText(value)}`);
    return `  ${timestamp(record.timeNs)} ${level} ${record.target}\n    ${escapeControl(record.message)}${fields.join("")}\n`;
  },
  json(record) {
    const fields: Record<string, unknown> = { message: record.message };
    for (const [key, value] of present(record.fields))
      fields[key] = typeof value === "bigint" ? `${value}` : value;
    const { timeNs, level, target } = record;
    return JSON.stringify({ timestamp: timestamp(timeNs), level: level.toUpperCase(), fields, target });
  },
  logfmt(record) {
    const fields = present(record.fields).map(([key, value]) => ` ${key}=${fieldText(value)}`);
    const { timeNs, level, target, message } = record;
    return `level=${level} msg=${quoted(message)} target=${quoted(target)}${fields.join("")} time=${timeNs}`;
  },
};

/** The bytes of one record, newline included. */
export function layoutRecord(format: LogFormat, record: LogRecord): Buffer {
  const line = Buffer.from(layouts[format](record), "utf8");
  if (line.length <= MAX_LINE_BYTES) return Buffer.concat([line, NEWLINE]);
  let end = MAX_LINE_BYTES;
  // A cut inside a character would leave bytes that are no UTF-8.
  while (end > 0 && (line[end]! & 0xc0) === 0x80) end--;
  return Buffer.concat([line.subarray(0, end), NEWLINE]);
}

const NEWLINE = Buffer.from("\n");
