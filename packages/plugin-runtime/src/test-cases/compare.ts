import type { TestExpectation } from "@millrace/api";
import type { RunOutcome } from "../protocol/index.ts";
import { compareResponse } from "./compare-response.ts";
import { type Difference, listDifference } from "./difference.ts";
import { linePatterns } from "./line-patterns.ts";
import { matchInAnyOrder, matchInOrder } from "./match-lists.ts";
import { textPattern } from "./patterns.ts";
import { readLines, type WrittenLine } from "./written-lines.ts";

/** The lines of a run by database, as they are compared and recorded. */
export type WrittenLines = ReadonlyMap<string, readonly WrittenLine[]>;

/**
 * What a run did otherwise than expected. What an expectation does not name is not compared, but that the plugin
 * succeeds: docs/guides/testing-plugins.md, "Expectations".
 */
export function compareOutcome(
  expected: TestExpectation,
  outcome: RunOutcome,
  database: string,
): Difference[] {
  const ordered = expected.ordered === true;
  const { writes, logs, prints, response } = expected;
  return [
    ...compareError(expected.error ?? null, outcome),
    ...(writes === undefined ? [] : compareWrites(byDatabase(writes, database), outcome, ordered)),
    ...(logs === undefined ? [] : compareTexts("logs", logs.map(withoutColon), logTexts(outcome), ordered)),
    ...(prints === undefined ? [] : compareTexts("prints", prints, printTexts(outcome), ordered)),
    ...(response === undefined ? [] : compareResponse(response, outcome.response)),
  ];
}

/** The lines that a run wrote, in the order in which it called for them. */
export function writtenLines({ writes }: RunOutcome): WrittenLines {
  const lines = new Map<string, WrittenLine[]>();
  for (const { database, text } of writes) {
    const found = lines.get(database);
    if (found === undefined) lines.set(database, readLines(text));
    else found.push(...readLines(text));
  }
  return lines;
}

export function logTexts({ logs }: RunOutcome): string[] {
  return logs.map(({ level, message }) => `${level} ${message}`);
}

export function printTexts({ events }: RunOutcome): string[] {
  return events.flatMap((event) => (event.kind === "print" ? [event.message] : []));
}

function byDatabase(
  writes: NonNullable<TestExpectation["writes"]>,
  database: string,
): Readonly<Record<string, readonly string[]>> {
  return Array.isArray(writes) ? { [database]: writes } : writes;
}

function compareError(expected: string | null, { error }: RunOutcome): Difference[] {
  if (expected === null) {
    return error === undefined ? [] : [{ what: "error", expected: ["no error"], actual: [error.text] }];
  }
  if (error !== undefined && textPattern(expected).matches(error.text)) return [];
  return [{ what: "error", expected: [expected], actual: [error?.text ?? "no error"] }];
}

function compareWrites(
  expected: Readonly<Record<string, readonly string[]>>,
  outcome: RunOutcome,
  ordered: boolean,
): Difference[] {
  const written = writtenLines(outcome);
  const databases = new Set([...Object.keys(expected), ...written.keys()]);
  return [...databases].flatMap((database) => {
    const patterns = (expected[database] ?? []).flatMap(linePatterns);
    const actual = written.get(database) ?? [];
    const compare = ordered ? matchInOrder : matchInAnyOrder;
    const unmatched = compare({
      expected: patterns,
      actual,
      matches: (pattern, line) => pattern.matches(line),
      keyOf: (pattern) => pattern.key,
      actualKeyOf: (line) => line.key,
    });
    return listDifference(
      `writes to ${database}`,
      unmatched,
      ({ source }) => source,
      ({ text }) => text,
    );
  });
}

function compareTexts(
  what: string,
  expected: readonly string[],
  actual: readonly string[],
  ordered: boolean,
): Difference[] {
  const compare = ordered ? matchInOrder : matchInAnyOrder;
  const unmatched = compare({
    expected: expected.map(textPattern),
    actual,
    matches: (pattern, text) =>
      pattern.matches(text) || (what === "logs" && pattern.matches(messageOf(text))),
    // The same message may be expected with and without its level.
    keyOf: () => undefined,
    actualKeyOf: (text) => text,
  });
  return listDifference(
    what,
    unmatched,
    ({ source }) => source,
    (text) => text,
  );
}

/** `INFO: text`, as the server's log shows it, is the same as `INFO text`. */
function withoutColon(text: string): string {
  return text.replace(/^(INFO|WARN|ERROR): /, "$1 ");
}

function messageOf(log: string): string {
  return log.slice(log.indexOf(" ") + 1);
}
