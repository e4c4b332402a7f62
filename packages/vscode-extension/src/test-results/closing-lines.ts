import type { TestPlace, TestResult } from "@millrace/language-server/protocol";

const PLACES: Readonly<Record<TestPlace, string>> = {
  local: "here, without a server",
  millrace: "on the connected server",
  original: "on the connected server, with its own copy of the plugin",
};

/** What ends the output of a test: its outcome, the answer of a request plugin, and what else there is to know. */
export function closingLines(result: TestResult): string[] {
  const { label, outcome, where, durationMs, rowCount, response, untoldEvents, notes } = result;
  const place = where === undefined ? "" : ` ${PLACES[where]}`;
  const wrote = `${rowCount} ${rowCount === 1 ? "row" : "rows"} written`;
  return [
    ...(response === undefined ? [] : [`answer ${response.status}: ${response.body ?? "(bytes)"}`]),
    ...(untoldEvents === 0 ? [] : [`… and ${untoldEvents} more lines that are not shown`]),
    `${label} ${outcome}${place}: ${Math.round(durationMs)} ms, ${wrote}; nothing was stored`,
    ...notes,
  ];
}
