import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Session } from "../../analysis/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import { realPath } from "../files/index.ts";
import { locatePlugin } from "./locate-plugin.ts";

/** A plugin as it is in the editor, saved or not. */
export interface PluginTexts {
  readonly name: string;
  readonly main: PluginDocument;
  /** Where its file or directory is on this machine, without links; undefined when it was never saved. */
  readonly path: string | undefined;
  /** By path below the plugin's directory, with `/`; undefined for a plugin of one file. */
  readonly modules: ReadonlyMap<string, PluginDocument> | undefined;
  /** The document that an event or a traceback means by a name. */
  documentOf(file: string): PluginDocument | undefined;
}

/** Reads the plugin that a Python file is, or belongs to. */
export async function readPluginTexts(session: Session, uri: string): Promise<PluginTexts> {
  const { name, uri: mainUri, package: found } = await locatePlugin(uri);
  const main = await session.document(mainUri);
  if (main === undefined) throw new Error(`the plugin cannot be read: ${mainUri}`);
  if (found === undefined) {
    return {
      name,
      main,
      path: uri.startsWith("file:") ? await realPath(fileURLToPath(uri)) : undefined,
      modules: undefined,
      documentOf: (file) => (file === name || file === "<string>" ? main : undefined),
    };
  }
  const modules = new Map<string, PluginDocument>();
  for (const module of found.modules) {
    const document = await session.document(pathToFileURL(module).href);
    const below = path.relative(found.directory, module).replaceAll(path.sep, "/");
    if (document !== undefined) modules.set(below, document);
  }
  return {
    name,
    main,
    path: await realPath(found.directory),
    modules,
    documentOf: (file) =>
      file === name ? main : modules.get(file.startsWith(`${name}/`) ? file.slice(name.length + 1) : file),
  };
}
