import type { TestEvent } from "@millrace/language-server/protocol";

/** A line of a test's output; with a place it is drawn there, too. */
export interface OutputLine {
  readonly text: string;
  readonly place: { readonly uri: string; readonly line: number } | undefined;
}

/** What a plugin did, in a line. */
export function describeEvent(event: TestEvent): OutputLine {
  const { uri, line } = event;
  return { text: textOf(event), place: uri === undefined || line === undefined ? undefined : { uri, line } };
}

function textOf({
  kind,
  level,
  message = "",
  database,
  lineProtocol = "",
  sql = "",
  rows,
}: TestEvent): string {
  switch (kind) {
    case "log":
      return `${level ?? "INFO"} ${message}`;
    case "write":
      return database === undefined ? `write ${lineProtocol}` : `write to ${database}: ${lineProtocol}`;
    case "query":
      return rows === undefined ? `query ${oneLine(sql)}` : `query ${oneLine(sql)} → ${counted(rows, "row")}`;
    case "print":
      return message;
    default:
      return `${kind} ${message}`;
  }
}

function oneLine(sql: string): string {
  return sql.replace(/\s+/g, " ").trim();
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}
