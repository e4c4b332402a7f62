import path from "node:path";
import * as vscode from "vscode";
import type { PluginUpload, Server } from "../../server/index.ts";
import { pluginName } from "../../triggers/index.ts";

/** The plugin that a document is a part of. */
export interface OpenPlugin {
  /** What servers call it. */
  readonly name: string;
  readonly source: string;
  readonly files: () => Promise<readonly PluginUpload[]>;
}

const FILES_MAX = 500;

export async function openPlugin(uri: string): Promise<OpenPlugin> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const source = document.getText();
  if (document.isUntitled) throw new Error("Save the plugin first: its file's name is the plugin's name.");
  const { name, directory } = pluginName(document.fileName, await hasInit(document.uri));
  if (directory === undefined) {
    return { name, source, files: async () => [{ path: name, content: source }] };
  }
  return { name, source, files: () => packageFiles(name, vscode.Uri.file(directory)) };
}

/** Nothing goes to a server unasked. False: somebody changed their mind. */
export async function offerUpload(server: Server, plugin: OpenPlugin, database: string): Promise<boolean> {
  const known = await server.plugins();
  const isThere = known?.some(({ path: file }) => file === plugin.name);
  const upload = { label: "Upload", description: "the plugin as it is in the editor", isUpload: true };
  const keep = { label: "Use the server's copy", description: "upload nothing", isUpload: false };
  const items = isThere === true ? [keep, upload] : isThere === false ? [upload] : [upload, keep];
  const placeHolder =
    isThere === true
      ? "The server has this plugin already. Uploading replaces it for all of its triggers"
      : isThere === false
        ? "The server does not have this plugin"
        : "Whether the server has this plugin is not known";
  const title = `Plugin ${plugin.name}`;
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true });
  if (chosen === undefined) return false;
  if (chosen.isUpload) await server.uploadPlugin(database, await plugin.files());
  return true;
}

async function hasInit(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, "..", "__init__.py")).then(
    () => true,
    () => false,
  );
}

async function packageFiles(name: string, directory: vscode.Uri): Promise<PluginUpload[]> {
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(directory, "**/*.py"),
    "**/__pycache__/**",
    FILES_MAX,
  );
  return Promise.all(
    found.map(async (uri) => {
      const below = path.relative(directory.fsPath, uri.fsPath).split(path.sep).join("/");
      const content = (await vscode.workspace.openTextDocument(uri)).getText();
      return { path: `${name}/${below}`, content };
    }),
  );
}
