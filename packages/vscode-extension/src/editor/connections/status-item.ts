import * as vscode from "vscode";
import { describeStatus } from "../../connections/index.ts";
import type { Connections } from "./connections.ts";

const PRIORITY = 10;

/** The server in use, in the status bar. */
export function showStatus(connections: Connections): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("millrace.server", vscode.StatusBarAlignment.Left, PRIORITY);
  item.name = "Millrace server";
  item.command = "millrace.switchConnection";
  const draw = () => {
    const { text, tooltip, isProblem } = describeStatus(connections.status, connections.book.active?.name);
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = isProblem ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  };
  draw();
  item.show();
  return vscode.Disposable.from(item, connections.onDidChange(draw));
}
