import type { PluginEvent, TracebackFrame } from "@millrace/api";

/** Python shows so many identical lines before it counts the rest. */
const SHOWN_REPEATS = 3;

/** What a plugin did, each thing with the place in the source that did it. */
export function stepLines(steps: readonly PluginEvent[]): string[] {
  const rows = steps.map((event) => [placeOf(event), event.kind, detailOf(event)] as const);
  const placeWidth = rows.reduce((width, [place]) => Math.max(width, place.length), 0);
  const kindWidth = rows.reduce((width, [, kind]) => Math.max(width, kind.length), 5);
  return rows.map(([place, kind, detail]) => {
    const head = `  ${place.padEnd(placeWidth)}  ${kind.padEnd(kindWidth)}  `;
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

/** Python's own words for where an exception came from; nothing when it is not known. */
export function tracebackLines(frames: readonly TracebackFrame[]): string[] {
  if (frames.length === 0) return [];
  const lines = ["Traceback (most recent call last):"];
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
    if (count > SHOWN_REPEATS) continue;
    lines.push(line);
    if (frame.source !== undefined) lines.push(`    ${frame.source}`);
  }
  closeRun();
  return lines;
}

/** Python's own library lies in an archive, whose path says nothing to the author of a plugin. */
function shortPath(file: string): string {
  return file.replace(/^.*\.zip\//, "");
}
