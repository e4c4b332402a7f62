import { createHash } from "node:crypto";
import path from "node:path";
import type { PluginCode, RunRequest } from "@millrace/plugin-runtime";
import type { PluginTexts } from "../plugin-texts/index.ts";
import { pythonPath, type SandboxPlace } from "./sandbox.ts";

/** A plugin as a sandbox runs it: the editor's texts, over the files on disk. */
export interface SandboxedPlugin {
  readonly place: SandboxPlace;
  readonly code: PluginCode;
  readonly files: Pick<RunRequest, "files">;
}

export function sandboxedPlugin({ name, main, path: at, modules }: PluginTexts): SandboxedPlugin {
  const place = { path: at, isPackage: modules !== undefined };
  const code = { fileName: name, source: main.text };
  if (modules === undefined || at === undefined) return { place, code, files: {} };
  const directory = pythonPath(at);
  const hash = createHash("sha256");
  const files = new Map<string, string>();
  for (const [below, { text }] of modules) {
    files.set(path.posix.join(directory, below), text);
    hash.update(`${below}\0${text}\0`);
  }
  return { place, code: { ...code, package: { directory, stamp: hash.digest("hex") } }, files: { files } };
}
