import * as vscode from "vscode";
import { launch } from "../language-server/index.ts";
import { Redactor } from "../output/index.ts";
import { LanguageServer } from "./language-server/index.ts";
import { redactedChannel } from "./output/index.ts";

/** The process that the extension runs in. */
export interface HostProcess {
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Puts the parts of the extension together and starts them; what it returns ends what outlives a window's objects. */
export async function startExtension(
  context: vscode.ExtensionContext,
  host: HostProcess,
): Promise<() => Promise<void>> {
  const redactor = new Redactor();
  const channel = vscode.window.createOutputChannel("Millrace", { log: true });
  const output = redactedChannel(channel, redactor);
  const server = new LanguageServer({
    launch: launch({ extensionDirectory: context.extensionPath, ...host }),
    output,
    storageDirectory: vscode.Uri.joinPath(context.globalStorageUri, "types").fsPath,
    onTestLens: async () => {},
  });
  context.subscriptions.push(
    channel,
    server,
    vscode.commands.registerCommand("millrace.restartLanguageServer", () => server.restart()),
    vscode.commands.registerCommand("millrace.showOutput", () => channel.show()),
  );
  await server.start().catch((error: unknown) => output.error(`The language server did not start: ${error}`));
  return () => server.stop();
}
