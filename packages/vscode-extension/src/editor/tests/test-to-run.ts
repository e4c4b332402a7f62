import type { TestItem, TestToRun } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { exampleArguments, kindOfTest } from "../../triggers/index.ts";

/** Functions are called with the examples of the arguments that they need; cases bring their own. */
export async function testToRun(id: string, test: TestItem | undefined): Promise<TestToRun> {
  if (test?.kind !== "entryPoint") return { id };
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(test.uri));
  return { id, input: { args: exampleArguments(document.getText(), kindOfTest(test.trigger)) } };
}
