import type { TestResult } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { type Failure, failuresOf } from "../../test-results/index.ts";

/** Why a test did not pass, each drawn at its place. */
export function messageOf(result: TestResult, item: vscode.TestItem): vscode.TestMessage[] {
  return failuresOf(result).map((failure) => drawn(failure, item));
}

export function locationOf(
  place: { readonly uri: string; readonly line: number } | undefined,
): vscode.Location | undefined {
  if (place === undefined) return undefined;
  return new vscode.Location(vscode.Uri.parse(place.uri), new vscode.Position(place.line, 0));
}

function drawn(
  { message, expected, actual, place, frames }: Failure,
  item: vscode.TestItem,
): vscode.TestMessage {
  const shown =
    expected === undefined || actual === undefined
      ? new vscode.TestMessage(message)
      : vscode.TestMessage.diff(message, expected, actual);
  const own =
    item.uri === undefined || item.range === undefined
      ? undefined
      : new vscode.Location(item.uri, item.range);
  const location = locationOf(place) ?? own;
  if (location !== undefined) shown.location = location;
  if (frames.length > 0) {
    shown.stackTrace = frames.map(
      (frame) =>
        new vscode.TestMessageStackFrame(
          frame.function,
          frame.uri === undefined ? undefined : vscode.Uri.parse(frame.uri),
          frame.line === undefined ? undefined : new vscode.Position(frame.line, 0),
        ),
    );
  }
  return shown;
}
