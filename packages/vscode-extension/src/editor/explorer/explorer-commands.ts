import * as vscode from "vscode";
import type { ExplorerNode } from "../../explorer/index.ts";
import { failureText, type Server } from "../../server/index.ts";
import { runsOnWrites } from "../../triggers/index.ts";
import type { Connections } from "../connections/index.ts";
import type { ExplorerTree } from "./explorer-tree.ts";

type TriggerNode = ExplorerNode & { readonly kind: "trigger" };
type Action = (server: Server, node: TriggerNode) => Promise<void>;

const LOG_LINES = 200;

export interface ExplorerCommandsOptions {
  readonly connections: Connections;
  readonly tree: ExplorerTree;
  readonly output: vscode.LogOutputChannel;
}

/** What the menus of triggers do. */
export function explorerCommands(
  options: ExplorerCommandsOptions,
): Readonly<Record<string, (node?: TriggerNode) => Promise<void>>> {
  const on = (act: Action) => (node?: TriggerNode) => perform(options, node, act);
  return {
    "millrace.refresh": async () => options.tree.refresh(),
    "millrace.enableTrigger": on((server, { database, trigger }) =>
      server.setTriggerEnabled(database, trigger.name, true),
    ),
    "millrace.disableTrigger": on((server, { database, trigger }) =>
      server.setTriggerEnabled(database, trigger.name, false),
    ),
    "millrace.deleteTrigger": on(deleteTrigger),
    "millrace.runTrigger": on((server, node) => runTrigger(server, node, options.output)),
    "millrace.showTriggerLogs": on(showLogs),
  };
}

async function perform(
  { connections, tree }: ExplorerCommandsOptions,
  node: TriggerNode | undefined,
  act: Action,
): Promise<void> {
  if (node === undefined) return;
  try {
    await act(await connections.server(node.connection), node);
    tree.refresh();
  } catch (error) {
    void vscode.window.showErrorMessage(failureText(error, node.connection.host));
  }
}

async function deleteTrigger(server: Server, { database, trigger }: TriggerNode): Promise<void> {
  const answer = await vscode.window.showWarningMessage(
    `Delete the trigger '${trigger.name}' of '${database}'?`,
    { modal: true, detail: "The plugin's file stays on the server." },
    "Delete",
  );
  if (answer === "Delete") await server.deleteTrigger(database, trigger.name);
}

async function runTrigger(
  server: Server,
  { database, trigger }: TriggerNode,
  output: vscode.LogOutputChannel,
): Promise<void> {
  const needsLines = runsOnWrites(trigger.specification);
  const lines = needsLines ? await askLines(trigger.name) : undefined;
  if (needsLines && lines === undefined) return;
  const result = await server.runTrigger(database, trigger.name, lines);
  const { outcome, error, duration_ms: durationMs, written_lines: written, events } = result;
  for (const { kind, level, message } of events)
    output.info(`${trigger.name} ${level ?? kind}: ${message ?? ""}`);
  const text = `${trigger.name}: ${outcome} in ${Math.round(durationMs)} ms, ${written} lines written.`;
  const shown =
    error === null
      ? vscode.window.showInformationMessage(text, "Show Output")
      : vscode.window.showErrorMessage(`${text} ${error}`, "Show Output");
  void shown.then((answer) => (answer === undefined ? undefined : output.show()));
}

async function askLines(trigger: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `Run ${trigger} now`,
    prompt: "Line protocol that the plugin gets; it is not written",
    placeHolder: "home,room=Kitchen temp=21.5",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Write a line." : undefined),
  });
}

async function showLogs(server: Server, { database, trigger }: TriggerNode): Promise<void> {
  const lines = await server.triggerLogs(database, trigger.name, LOG_LINES);
  const content = lines.length === 0 ? `${trigger.name} has logged nothing.` : lines.join("\n");
  const document = await vscode.workspace.openTextDocument({ language: "log", content });
  await vscode.window.showTextDocument(document, { preview: true });
}
