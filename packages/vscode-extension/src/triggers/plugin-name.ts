import path from "node:path";

export interface PluginName {
  /** What servers call it: a file or, for a plugin of several files, a folder. */
  readonly name: string;
  /** The folder that belongs to it whole. */
  readonly directory: string | undefined;
}

/** A plugin by one of its files; `hasInit` tells whether `__init__.py` lies beside it. */
export function pluginName(file: string, hasInit: boolean): PluginName {
  const directory = path.dirname(file);
  return hasInit
    ? { name: path.basename(directory), directory }
    : { name: path.basename(file), directory: undefined };
}
