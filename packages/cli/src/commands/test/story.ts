import type { PluginEvent, TracebackFrame, WalPluginTestResponse } from "@millrace/api";

/** The part of an answer that the story is made of. All but the errors is absent from an original's answer. */
export type StoryAnswer = Partial<Pick<WalPluginTestResponse, "errors" | "events" | "traceback">>;

/** Python shows so many identical lines before it counts the rest. */
const SHOWN_REPEATS = 3;
const ERROR_PREFIX = "error executing plugin: ";

/** What happened in a plugin test, for people: docs/reference/cli.md, "What a plugin test tells". */
export function storyOf({ errors = [], events, traceback = [] }: StoryAnswer): string {
  if (events === undefined && traceback.length === 0) return "";
  const lines =
    errors.length === 0 ? printedLines(events ?? []) : failureLines(errors, events ?? [], traceback);
  return lines.map((line) => `${line}\n`).join("");
}

function printedLines(events: readonly PluginEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "print" ? [event.message ?? ""] : []));
}

function failureLines(
  errors: readonly string[],
  events: readonly PluginEvent[],
  traceback: readonly TracebackFrame[],
): string[] {
  const steps = events.filter((event) => event.kind !== "error");
  return [
    ...(steps.length === 0 ? [] : ["What the plugin did:", ...stepLines(steps)]),
    ...(traceback.length === 0 ? [] : ["Traceback (most recent call last):", ...frameLines(traceback)]),
    ...errors.map((error) => (error.startsWith(ERROR_PREFIX) ? error.slice(ERROR_PREFIX.length) : error)),
  ];
}

function stepLines(steps: readonly PluginEvent[]): string[] {
  const rows = steps.map((event) => [placeOf(event), event.kind, detailOf(event)] as const);
  const placeWidth = rows.reduce((width, [place]) => Math.max(width, place.length), 0);
  return rows.map(([place, kind, detail]) => {
    const head = `  ${place.padEnd(placeWidth)}  ${kind.padEnd(5)}  `;
    return head + detail.replaceAll("\n", `\n${" ".repeat(head.length)}`);
  });
}

/** A line of 0 is one that the interpreter could not tell. */
function placeOf({ file, line }: PluginEvent): string {
  return line === 0 ? file : `${file}:${line}`;
}

function detailOf(event: PluginEvent): string {
  switch (event.kind) {
    case "log":
      return `${event.level ?? "INFO"}: ${event.message ?? ""}`;
    case "write":
      return `to ${event.database}: ${event.lineProtocol}`;
    case "query": {
      const found = event.rows === undefined ? "" : ` (${event.rows} ${event.rows === 1 ? "row" : "rows"})`;
      return `of ${event.database}: ${event.sql}${found}`;
    }
    default:
      return event.message ?? "";
  }
}

function frameLines(frames: readonly TracebackFrame[]): string[] {
  const lines: string[] = [];
  let previous = "";
  let count = 0;
  const closeRun = () => {
    const more = count - SHOWN_REPEATS;
    if (more > 0) lines.push(`  [Previous line repeated ${more} more ${more === 1 ? "time" : "times"}]`);
  };
  for (const frame of frames) {
    const line = `  File "${shortPath(frame.file)}", line ${frame.line}, in ${frame.function}`;
    if (line !== previous) {
      closeRun();
      count = 0;
      previous = line;
    }
    count += 1;
    if (count <= SHOWN_REPEATS) lines.push(line);
  }
  closeRun();
  return lines;
}

/** Python's own library lies in an archive, whose path says nothing to the author of a plugin. */
function shortPath(file: string): string {
  return file.replace(/^.*\.zip\//, "");
}
