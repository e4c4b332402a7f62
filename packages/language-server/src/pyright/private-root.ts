import { rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { API_MODULE, PLUGIN_MODULE, stubFiles } from "../api-table/index.ts";

export interface RootOptions {
  /** Where to make the folder; the system's temporary directory without it. */
  readonly parent: string | undefined;
}

/** What the engine runs: nothing else on the user's machine decides how plugins are understood. */
const PYTHON_VERSION = "3.13";

/**
 * The folder that the type checker takes for its project. With the user's own folder, settings there that are meant for
 * other programs would replace ours.
 */
export interface PrivateRoot {
  readonly directory: string;
  readonly uri: string;
  readonly configurationUri: string;
  /** The stub of the plugin API. */
  readonly stubUri: string;
  /** Says from where plugins can import, besides Python's own library. */
  setImportRoots(directories: readonly string[]): Promise<void>;
  /** Without waiting: a process that ends waits for nothing. */
  remove(): void;
}

export async function preparePrivateRoot(options: RootOptions): Promise<PrivateRoot> {
  const parent = options.parent ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(path.join(parent, "millrace-types-"));
  const stubs = path.join(directory, PLUGIN_MODULE);
  await mkdir(stubs);
  const written = [...stubFiles()].map(([file, text]) => writeFile(path.join(directory, file), text));
  await Promise.all(written);
  const configurationFile = path.join(directory, "pyrightconfig.json");
  const setImportRoots = (directories: readonly string[]) =>
    writeFile(
      path.join(directory, "pyrightconfig.json"),
      JSON.stringify(configuration(directories), null, 2),
    );
  await setImportRoots([]);
  return {
    directory,
    uri: pathToFileURL(directory).href,
    stubUri: pathToFileURL(path.join(stubs, `${API_MODULE}.pyi`)).href,
    configurationUri: pathToFileURL(configurationFile).href,
    setImportRoots,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function configuration(importRoots: readonly string[]) {
  return {
    include: [],
    pythonVersion: PYTHON_VERSION,
    pythonPlatform: "Linux",
    typeCheckingMode: "standard",
    extraPaths: importRoots,
    // The types of a library are known and the library is not here: it is on the server.
    reportMissingModuleSource: "none",
  };
}
