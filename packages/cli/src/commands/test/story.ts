import type { PluginEvent, TracebackFrame, WalPluginTestResponse } from "@millrace/api";
import { stepLines, tracebackLines } from "../shared/plugin-steps.ts";
import { failureHints } from "./failure-hint.ts";

/** The part of an answer that the story is made of. All but the errors is absent from an original's answer. */
export type StoryAnswer = Partial<Pick<WalPluginTestResponse, "errors" | "events" | "traceback">>;

const ERROR_PREFIX = "error executing plugin: ";

/** What happened in a plugin test, for people: docs/reference/cli.md, "What a plugin test tells". */
export function storyOf({ errors = [], events, traceback = [] }: StoryAnswer, local: boolean): string {
  if (events === undefined && traceback.length === 0) return "";
  const lines =
    errors.length === 0
      ? printedLines(events ?? [])
      : [...failureLines(errors, events ?? [], traceback), ...failureHints(errors, local)];
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
    ...tracebackLines(traceback),
    ...errors.map((error) => (error.startsWith(ERROR_PREFIX) ? error.slice(ERROR_PREFIX.length) : error)),
  ];
}
