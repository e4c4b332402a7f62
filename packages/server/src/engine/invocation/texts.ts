import type { PluginKind } from "@millrace/api";
import { PLUGIN_NAMES } from "@millrace/plugin-runtime";
import type { RunRequest } from "../interpreters/index.ts";

type RunKind = RunRequest["kind"];

/** What the logs table says of a run that failed: docs/reference/triggers.md, "Logs". */
export function failureTexts(kind: PluginKind, runAsync: boolean, error: string): string[] {
  switch (kind) {
    case "wal":
      return [`error executing wal plugin: ${error}`];
    case "schedule":
      return [
        `error executing schedule plugin: ${error}`,
        `error running ${runAsync ? "async scheduled" : "scheduled"} plugin: ${error}`,
      ];
    case "request":
      return [`error running request plugin: ${error}`];
  }
}

export function writeBackFailureText(kind: RunKind, failure: string): string {
  return `error running ${PLUGIN_NAMES[kind]}: ${failure}`;
}

/** What a request plugin's caller reads: failures inside its function are told apart from one that did not load. */
export function requestFailureText(error: { kind: string; phase: string; text: string }): string {
  return error.kind === "exception" && error.phase === "call"
    ? `Python function call failed: ${error.text}`
    : error.text;
}
