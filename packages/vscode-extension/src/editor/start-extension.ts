import { randomUUID } from "node:crypto";
import type { LensArguments } from "@millrace/language-server";
import * as vscode from "vscode";
import { launch } from "../language-server/index.ts";
import { Redactor } from "../output/index.ts";
import { Connections, connectionCommands, showStatus } from "./connections/index.ts";
import { ExplorerTree, explorerCommands } from "./explorer/index.ts";
import { LanguageServer } from "./language-server/index.ts";
import { redactedChannel } from "./output/index.ts";
import { newPlugin } from "./plugins/index.ts";
import { queryCommands } from "./queries/index.ts";
import { PluginTestController } from "./tests/index.ts";
import { createTrigger } from "./triggers/index.ts";

/** The process that the extension runs in. */
export interface HostProcess {
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const newId = () => randomUUID();
const UNTRUSTED = "In an untrusted workspace plugins are only checked. Trust the workspace to run them.";

/** Puts the parts of the extension together and starts them; what it returns ends the language server. */
export async function startExtension(
  context: vscode.ExtensionContext,
  host: HostProcess,
): Promise<() => Promise<void>> {
  const redactor = new Redactor();
  const channel = vscode.window.createOutputChannel("Millrace", { log: true });
  const output = redactedChannel(channel, redactor);
  let tests: PluginTestController | undefined;
  const languageServer = new LanguageServer({
    launch: launch({ extensionDirectory: context.extensionPath, ...host }),
    output,
    storageDirectory: vscode.Uri.joinPath(context.globalStorageUri, "types").fsPath,
    onTestLens: async (lens) => {
      if (tests === undefined) void vscode.window.showWarningMessage(UNTRUSTED);
      else await tests.runLens(lens);
    },
  });
  const connections = new Connections({ context, languageServer, redactor, output, newId });
  const tree = new ExplorerTree(connections);
  const view = vscode.window.createTreeView("millrace.servers", { treeDataProvider: tree });
  context.subscriptions.push(channel, languageServer, connections, showStatus(connections), tree, view);
  register(context, {
    ...connectionCommands(connections),
    ...explorerCommands({ connections, tree, output }),
    ...queryCommands(connections),
    "millrace.createTrigger": (lens?: LensArguments) =>
      createTrigger({ connections, languageServer, onCreated: () => tree.refresh() }, lens),
    "millrace.newPlugin": () => newPlugin(context.extensionUri),
    "millrace.showWrittenRows": async () => tests?.showWrittenRows(),
    "millrace.restartLanguageServer": () => languageServer.restart(),
    "millrace.showOutput": async () => channel.show(),
  });
  whenTrusted(context, () => {
    tests = new PluginTestController({ languageServer, output, newId });
    context.subscriptions.push(tests);
  });
  await languageServer.start().catch((error: unknown) => {
    output.error(`The language server did not start: ${error instanceof Error ? error.message : error}`);
  });
  return () => languageServer.stop();
}

/** They run plugins, or change what a server runs. */
const NEED_TRUST = new Set(
  ["createTrigger", "enableTrigger", "disableTrigger", "deleteTrigger", "runTrigger"].map(
    (it) => `millrace.${it}`,
  ),
);

type Command<Argument> = (argument?: Argument) => Promise<void>;

function register<Argument>(
  { subscriptions }: vscode.ExtensionContext,
  commands: Readonly<Record<string, Command<Argument>>>,
): void {
  for (const [name, command] of Object.entries(commands)) {
    const run = NEED_TRUST.has(name) ? onlyTrusted(command) : command;
    subscriptions.push(vscode.commands.registerCommand(name, (given?: Argument) => run(given)));
  }
}

/** Menus hide what is not to be used; lenses and other extensions call it all the same. */
function onlyTrusted<Argument>(command: Command<Argument>): Command<Argument> {
  return async (given) => {
    if (vscode.workspace.isTrusted) await command(given);
    else void vscode.window.showWarningMessage(UNTRUSTED);
  };
}

/** Running plugins, which are code of the workspace, waits for trust. */
function whenTrusted({ subscriptions }: vscode.ExtensionContext, start: () => void): void {
  if (vscode.workspace.isTrusted) start();
  else subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(start));
}
