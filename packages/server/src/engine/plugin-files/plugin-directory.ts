import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ServerError, systemReason } from "../../foundation/index.ts";
import { DirectoryError, ensureDirectory, nodeFileSystem } from "../../object-store/index.ts";
import { resolveInside } from "./path-rules.ts";
import { PluginSource } from "./plugin-source.ts";

/** What `system.plugin_files` shows of one file. */
export interface PluginFileInfo {
  readonly fileName: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
}

const pluginError = (detail: string) => new ServerError("plugin_error", { detail });

/** The directory that local plugins are read from; without one only inline sources can be tested. */
export class PluginDirectory {
  readonly #directory: string | undefined;

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  get configured(): boolean {
    return this.#directory !== undefined;
  }

  /** Creates the directory when it is missing. */
  async prepare(): Promise<void> {
    if (this.#directory === undefined) return;
    try {
      // Not the system's own recursive way: below /proc it never ends.
      await ensureDirectory(nodeFileSystem, this.#directory);
    } catch (error) {
      const reason = error instanceof DirectoryError ? error.reason : systemReason(error);
      throw new Error(
        `Unable to create plugin directory "${this.#directory}": ${reason}. ` +
          "Make it a directory that this user can read, or choose another one with --plugin-dir",
        { cause: error },
      );
    }
  }

  /** Finds and reads a plugin; throws `plugin_error` with what is wrong with its name or its file. */
  async open(pluginFilename: string): Promise<PluginSource> {
    if (pluginFilename.startsWith("gh:")) {
      throw pluginError(
        `plugins from a repository are not supported yet: copy '${pluginFilename.slice(3)}' to the plugin directory and name it by its path there`,
      );
    }
    const name = pluginFilename.replace(/\/+$/, "");
    const path = await this.#resolve(name);
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) throw pluginError(`reading plugin file: Plugin not found: ${path}`);
    if (stats.isDirectory()) return await refuseDirectory(path);
    if (!stats.isFile()) throw pluginError(`reading plugin file: ${path}: it is not a regular file`);
    try {
      return await PluginSource.read(name, path);
    } catch (error) {
      if (error instanceof ServerError) throw error;
      throw pluginError(`reading plugin file: ${path}: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Undefined for a file that cannot be looked at: a listing shows what is there. */
  async describe(pluginFilename: string): Promise<PluginFileInfo | undefined> {
    if (this.#directory === undefined || pluginFilename.startsWith("gh:")) return undefined;
    const stats = await this.#resolve(pluginFilename)
      .then((path) => stat(path))
      .catch(() => undefined);
    if (stats === undefined || !stats.isFile()) return undefined;
    return {
      fileName: pluginFilename,
      path: join(this.#directory, pluginFilename),
      sizeBytes: stats.size,
      lastModifiedMs: Math.floor(stats.mtimeMs),
    };
  }

  async #resolve(name: string): Promise<string> {
    if (this.#directory === undefined) throw pluginError("Node not configured with plugin directory");
    const stats = await stat(this.#directory).catch(() => undefined);
    if (!stats?.isDirectory()) {
      throw pluginError(
        `the plugin directory ${this.#directory} does not exist: create it or correct --plugin-dir`,
      );
    }
    return resolveInside(this.#directory, name);
  }
}

async function refuseDirectory(path: string): Promise<never> {
  const entry = await stat(join(path, "__init__.py")).catch(() => undefined);
  if (entry === undefined) {
    throw pluginError(`reading plugin file: Multi-file plugin directory must contain __init__.py: ${path}`);
  }
  throw pluginError(`multi-file plugins are not supported yet: name a single Python file instead of ${path}`);
}
