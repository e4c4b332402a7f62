import type { ExtensionContext } from "vscode";
import { startExtension } from "./editor/index.ts";

let stop: (() => Promise<void>) | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  stop = await startExtension(context, { program: process.execPath, env: process.env });
}

export async function deactivate(): Promise<void> {
  await stop?.();
}
