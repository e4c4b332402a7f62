import { testCaseJsonSchema } from "@millrace/api";
import * as vscode from "vscode";

interface Template extends vscode.QuickPickItem {
  readonly folder: string;
  /** Shown when the plugin is there. */
  readonly file: string;
}

const TEMPLATES: readonly Template[] = [
  {
    label: "Written data",
    description: "called with rows as they are written",
    folder: "wal",
    file: "threshold_alert.py",
  },
  { label: "Schedule", description: "called at certain times", folder: "schedule", file: "downsample.py" },
  { label: "HTTP request", description: "answers requests", folder: "request", file: "latest_value.py" },
  {
    label: "Several files",
    description: "called with rows as they are written, with modules of its own",
    folder: "multi-file",
    file: "unit_converter/__init__.py",
  },
];
/** What test files name as their schema, so that editors check and complete them. */
const SCHEMA_FILE = "plugin-test.schema.json";

/** Starts a plugin with test cases from a template. What is there already is never overwritten. */
export async function newPlugin(extension: vscode.Uri): Promise<void> {
  const chosen = await vscode.window.showQuickPick(TEMPLATES, { title: "New plugin: what calls it" });
  if (chosen === undefined) return;
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const template = vscode.Uri.joinPath(extension, "templates", chosen.folder);
  const entries = await vscode.workspace.fs.readDirectory(template);
  const names = entries.map(([name]) => name).filter((name) => name !== "__pycache__");
  const taken = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  const lost = names.filter((name) => taken.includes(name));
  if (lost.length > 0) {
    const what = `${folder.fsPath} has ${lost.join(" and ")} already, which would be overwritten.`;
    void vscode.window.showErrorMessage(`${what} Choose an empty folder.`);
    return;
  }
  for (const name of names) {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(template, name), vscode.Uri.joinPath(folder, name));
  }
  const schema = new TextEncoder().encode(`${JSON.stringify(testCaseJsonSchema(), null, 2)}\n`);
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, SCHEMA_FILE), schema);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, chosen.file));
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const defaultUri = folders[0]?.uri;
  const title = "New plugin: its folder";
  if (defaultUri !== undefined) {
    const here = { label: folders[0]!.name, description: "the open folder", isHere: true };
    const other = { label: "Another folder…", description: "", isHere: false };
    const chosen = await vscode.window.showQuickPick([here, other], { title });
    if (chosen === undefined) return undefined;
    if (chosen.isHere) return defaultUri;
  }
  const found = await vscode.window.showOpenDialog({
    title,
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: "Create Here",
    ...(defaultUri === undefined ? {} : { defaultUri }),
  });
  return found?.[0];
}
