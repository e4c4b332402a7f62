import type { RawEvent } from "../protocol/index.ts";

/** Python gives no more at a time. A plugin that does loses the rest: the host would be busy with it for long. */
const AT_ONCE_MAX = 1000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads events that Python tells. A plugin can reach the code that does it, so each is a claim: items that are not events are left out, and nothing but the known fields is taken over.
 */
export function readEvents(json: string): RawEvent[] {
  const items = parse(json);
  return Array.isArray(items) ? checkEvents(items) : [];
}

export function checkEvents(items: readonly unknown[]): RawEvent[] {
  return items.slice(0, AT_ONCE_MAX).flatMap((item) => {
    const event = isFields(item) ? readEvent(item) : undefined;
    return event === undefined ? [] : [event];
  });
}

/** The value of a JSON text, or undefined when it is none. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOr<Default>(value: unknown, otherwise: Default): string | Default {
  return typeof value === "string" ? value : otherwise;
}

export function numberOr<Default>(value: unknown, otherwise: Default): number | Default {
  return typeof value === "number" ? value : otherwise;
}

function readEvent(fields: Fields): RawEvent | undefined {
  const place = {
    file: textOr(fields["file"], null),
    line: numberOr(fields["line"], null),
    atNs: numberOr(fields["atNs"], 0),
  };
  const message = textOr(fields["message"], "");
  const database = textOr(fields["database"], "");
  switch (fields["kind"]) {
    case "log": {
      const level = fields["level"] === "WARN" || fields["level"] === "ERROR" ? fields["level"] : "INFO";
      return { kind: "log", level, message, ...place };
    }
    case "print":
      return {
        kind: "print",
        stream: fields["stream"] === "stderr" ? "stderr" : "stdout",
        message,
        ...place,
      };
    case "write": {
      const lineProtocol = textOr(fields["lineProtocol"], "");
      return { kind: "write", database, lineProtocol, sync: fields["sync"] === true, ...place };
    }
    case "query": {
      const rows = numberOr(fields["rows"], null);
      return { kind: "query", database, sql: textOr(fields["sql"], ""), rows, ...place };
    }
    case "network":
      return { kind: "network", message, ...place };
    default:
      return undefined;
  }
}
