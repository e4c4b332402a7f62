import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findPackage, type PluginPackage } from "../../workspace/index.ts";

/** Which plugin a Python file is, or belongs to. */
export interface PluginLocation {
  /** As triggers name it: a file or a directory. */
  readonly name: string;
  /** The file, or `__init__.py`. */
  readonly uri: string;
  readonly package: PluginPackage | undefined;
}

export async function locatePlugin(uri: string): Promise<PluginLocation> {
  const file = uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  const found = file === undefined ? undefined : await findPackage(file);
  if (found === undefined) return { name: nameOf(uri), uri, package: undefined };
  const init = pathToFileURL(path.join(found.directory, "__init__.py")).href;
  return { name: path.basename(found.directory), uri: init, package: found };
}

/** A file that was never saved has a name too. */
function nameOf(uri: string): string {
  const last = decoded(uri).split("/").at(-1) ?? "";
  const name = last.replace(/^[a-z][\w+.-]*:/i, "") || "untitled";
  return name.endsWith(".py") ? name : `${name}.py`;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
