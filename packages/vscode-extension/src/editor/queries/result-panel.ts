import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { type ResultTable, resultPage } from "../../results/index.ts";

let panel: vscode.WebviewPanel | undefined;

/** Shows a result beside what is being worked on, always in the same place. */
export function showResult(table: ResultTable, title: string, note: string): void {
  if (panel === undefined) {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    panel = vscode.window.createWebviewPanel("millrace.result", title, where, { enableScripts: false });
    panel.onDidDispose(() => {
      panel = undefined;
    });
  }
  panel.title = title;
  panel.webview.html = resultPage(table, { title, note, nonce: randomUUID() });
  panel.reveal(undefined, true);
}
