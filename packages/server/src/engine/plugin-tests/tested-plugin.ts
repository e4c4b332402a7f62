import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { PluginCode } from "@millrace/plugin-runtime";
import { ServerError } from "../../foundation/index.ts";
import { leadsOut, type PluginDirectory, plain } from "../plugin-files/index.ts";

/** What a test runs: the file of the plugin directory, or what came with the request instead of it. */
export interface TestedPlugin {
  readonly code: PluginCode;
  /** By absolute path as Python sees it. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface PluginNaming {
  readonly filename: string;
  readonly source?: string | null | undefined;
  readonly files?: Readonly<Record<string, string>> | null | undefined;
}

/** `root`: where Python sees the plugin directory. */
export async function testedPlugin(
  { filename, source, files }: PluginNaming,
  directory: PluginDirectory,
  root: string,
): Promise<TestedPlugin> {
  if (files !== undefined && files !== null) return inlinePackage(filename, files, root);
  if (source !== undefined && source !== null) return { code: { fileName: filename, source } };
  return { code: (await directory.open(filename)).code };
}

function inlinePackage(
  filename: string,
  files: Readonly<Record<string, string>>,
  root: string,
): TestedPlugin {
  const source = files["__init__.py"];
  if (source === undefined) throw pluginError("Multi-file plugin directory must contain __init__.py");
  // Editors name the directory where it lies on their machine.
  const name = leadsOut(filename) ? posix.basename(filename) : plain(filename);
  const directory = posix.join(root, name);
  const hash = createHash("sha256");
  const texts = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    if (leadsOut(path)) throw pluginError(`'${path}' does not lie below the plugin`);
    texts.set(posix.join(directory, path), text);
    hash.update(`${path}\0${text}\0`);
  }
  const stamp = `inline ${hash.digest("hex")}`;
  return { code: { fileName: name, source, package: { directory, stamp } }, files: texts };
}

function pluginError(detail: string): ServerError {
  return new ServerError("plugin_error", { detail });
}
