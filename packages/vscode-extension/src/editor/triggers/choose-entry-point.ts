import { type ListTestsResult, METHODS } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { kindOfTest, type TriggerKind } from "../../triggers/index.ts";
import type { LanguageServer } from "../language-server/index.ts";

export interface EntryPoint {
  readonly uri: string;
  readonly kind: TriggerKind;
}

/** Without a lens: the function of the plugin in the editor that a trigger is to call. */
export async function chooseEntryPoint(languageServer: LanguageServer): Promise<EntryPoint | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const uri = document?.languageId === "python" ? document.uri.toString() : undefined;
  const tests =
    uri === undefined
      ? []
      : (await languageServer.request<ListTestsResult>(METHODS.listTests, { uri })).tests;
  const items = tests
    .filter((test) => test.kind === "entryPoint")
    .map((test) => ({ label: test.label, target: { uri: test.uri, kind: kindOfTest(test.trigger) } }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage("Open a plugin first: a trigger calls one of its functions.");
  }
  if (items.length <= 1) return items[0]?.target;
  return (await vscode.window.showQuickPick(items, { title: "Function that the trigger calls" }))?.target;
}
