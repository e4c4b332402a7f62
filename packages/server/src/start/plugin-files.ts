import { realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FileMount, FileSpace, type RunContext } from "@millrace/plugin-runtime";
import { isForeignEnvironment } from "@millrace/python-packages";
import { preparePluginDirectory } from "../engine/index.ts";
import { systemRandom } from "../foundation/index.ts";
import { ScratchDirectory, systemProcesses } from "../object-store/index.ts";
import type { Foundations } from "./foundations.ts";

/** The files that plugins see, and where what they write lies: docs/reference/processing-engine.md, "Files". */
export interface PluginFiles {
  readonly service: FileSpace;
  /** Where Python sees the plugin directory. */
  readonly root: string;
  /** Where Python sees installed packages, if there is a place for them. */
  readonly packages: string | undefined;
  /** Directories inside the plugin directory that hold no plugins. */
  readonly closed: readonly string[];
  /** The variables by which plugins find their files. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes what a trigger wrote. */
  forget(databaseId: number, triggerId: number): void;
  close(): void;
}

/** Stands for the plugin directory of a server without one: tests may bring files along. */
const NO_DIRECTORY = "/plugins";

export async function openPluginFiles(foundations: Foundations): Promise<PluginFiles> {
  const { config, store } = foundations;
  const { pluginDir, packages } = config.engine;
  if (pluginDir === undefined) {
    const service = fileSpace(foundations, [{ path: NO_DIRECTORY, upperOf: () => undefined }]);
    return {
      service,
      root: NO_DIRECTORY,
      packages: undefined,
      closed: [],
      environment: {},
      forget: () => {},
      close: () => {},
    };
  }
  const root = await preparePluginDirectory(pluginDir);
  refuseNodeDirectory(root, store.nodeDirectory);
  const given = packages.directory && (await ownPackages(packages.directory, pluginDir, foundations));
  const installed = given && packagesDirectory(given, pluginDir, root);
  const hidden = hiddenBelow(root, store.nodeDirectory);
  const written = await writtenFiles(store.nodeDirectory);
  const service = fileSpace(foundations, [
    {
      path: root,
      lower: root,
      hidden,
      upperOf: (context) => directoryOf(written.directory, context),
    },
    ...(installed === undefined
      ? []
      : [{ path: installed, lower: installed, hidden: hiddenBelow(installed, store.nodeDirectory) }]),
  ]);
  return {
    service,
    root,
    packages: installed,
    closed: [...hidden, ...(installed !== undefined && liesBelow(root, installed) ? [installed] : [])],
    environment: {
      PLUGIN_DIR: root,
      INFLUXDB3_PLUGIN_DIR: root,
      ...(installed === undefined ? {} : { VIRTUAL_ENV: installed }),
    },
    forget: (databaseId, triggerId) => {
      const directory = path.join(written.directory, String(databaseId), String(triggerId));
      service.forget(directory);
      remove(directory, foundations);
    },
    close: written.close,
  };
}

function fileSpace({ config, clock }: Foundations, mounts: readonly FileMount[]): FileSpace {
  const { spaceBytes, interpreter } = config.engine.limits;
  return new FileSpace({
    mounts,
    quotaBytes: spaceBytes,
    quotaFiles: interpreter.files,
    nowMs: () => clock.nowMs(),
  });
}

/** In the node's directory where there is one, so that it is still there after a restart. */
async function writtenFiles(
  nodeDirectory: string | undefined,
): Promise<{ directory: string; close: () => void }> {
  if (nodeDirectory !== undefined) {
    return { directory: path.join(nodeDirectory, "plugin-files"), close: () => {} };
  }
  const scratch = await ScratchDirectory.create({
    purpose: "plugin-files",
    parents: [tmpdir()],
    processes: systemProcesses,
    random: systemRandom,
  });
  return { directory: scratch.path, close: () => scratch.remove() };
}

/** By the ids of database and trigger, with which the name of a trigger's cache begins. */
function directoryOf(directory: string, { cacheNamespace }: RunContext): string | undefined {
  const [databaseId, triggerId] = cacheNamespace.split("/");
  if (databaseId === undefined || triggerId === undefined) return undefined;
  return path.join(directory, databaseId, triggerId);
}

/** The database's own files, and those of other nodes beside it, are no plugin's business, wherever they lie. */
function hiddenBelow(root: string, nodeDirectory: string | undefined): string[] {
  if (nodeDirectory === undefined) return [];
  const own = realPath(nodeDirectory);
  const all = path.dirname(own);
  return [all, own].filter((directory) => liesBelow(root, directory)).slice(0, 1);
}

function refuseNodeDirectory(root: string, nodeDirectory: string | undefined): void {
  if (nodeDirectory === undefined || realPath(nodeDirectory) !== root) return;
  throw new Error(
    `The plugin directory "${root}" is where this node keeps its data, which plugins must not see or change. ` +
      "Choose another one with --plugin-dir",
  );
}

/**
 * An activated shell names its own environment in VIRTUAL_ENV, whether it means plugins or not:
 * docs/guides/python-packages.md, "The environment directory".
 */
async function ownPackages(directory: string, pluginDir: string, { logger }: Foundations): Promise<string> {
  const usual = path.join(pluginDir, ".venv");
  if (directory === usual || !(await isForeignEnvironment(directory))) return directory;
  logger
    .child("engine")
    .warn("the environment of another Python is left alone; plugins' packages lie elsewhere", {
      left_alone: directory,
      packages: usual,
    });
  return usual;
}

function liesBelow(directory: string, place: string): boolean {
  return place.startsWith(directory.endsWith(path.sep) ? directory : directory + path.sep);
}

/** Inside the plugin directory it is seen through the real path of that. It need not be there yet. */
function packagesDirectory(directory: string, pluginDir: string, root: string): string {
  const below = path.relative(pluginDir, directory);
  const isInside = below !== "" && !below.startsWith("..") && !path.isAbsolute(below);
  return isInside ? path.join(root, below) : realPath(directory);
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

function remove(directory: string, { logger }: Foundations): void {
  rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
    const reason = { directory, error: String(error) };
    logger.child("engine").warn("the files of a deleted trigger could not be removed", reason);
  });
}
