import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { NO_DIRECTORY, PluginFileError, toRun } from "./file-error.ts";
import { FileSource } from "./file-source.ts";
import { packageFiles } from "./package-files.ts";
import { PackageSource } from "./package-source.ts";
import { isInside, type Place, placeInside } from "./path-rules.ts";
import { FixedSource, type PluginSource } from "./plugin-source.ts";
import { preparePluginDirectory } from "./prepare-directory.ts";
import { recoverDirectory } from "./replace-directory.ts";
import { type PluginRepository, REPOSITORY_PREFIX } from "./repository.ts";

/** What `system.plugin_files` shows of one file. */
export interface PluginFileInfo {
  /** The plugin's name, or the path below the package. */
  readonly fileName: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
}

export interface DirectoryOptions {
  /** Undefined: only plugins from a repository and inline sources run. */
  readonly directory: string | undefined;
  readonly repository: PluginRepository;
  /** Real paths of directories that hold no plugins although they lie inside: the database's, and installed packages. */
  readonly closed?: readonly string[];
}

/** Finds the code that plugin names stand for. */
export class PluginDirectory {
  readonly directory: string | undefined;
  readonly #repository: PluginRepository;
  readonly #closed: readonly string[];

  constructor({ directory, repository, closed = [] }: DirectoryOptions) {
    this.directory = directory;
    this.#repository = repository;
    this.#closed = closed;
  }

  get configured(): boolean {
    return this.directory !== undefined;
  }

  async prepare(): Promise<void> {
    if (this.directory !== undefined) await preparePluginDirectory(this.directory);
  }

  /** What is being fetched is given up, and nothing is fetched any more. */
  closeRepository(): void {
    this.#repository.close();
  }

  /** To be called at start: puts a package back whose replacement a crash interrupted half-way. */
  async recover(pluginFilename: string): Promise<void> {
    if (isRemote(pluginFilename)) return;
    const path = await this.resolve(plain(pluginFilename)).catch(() => undefined);
    if (path === undefined || (await stat(path).catch(() => undefined)) !== undefined) return;
    await recoverDirectory(path);
  }

  /** Finds and reads a plugin; throws `plugin_error` with what is wrong with its name or its file. */
  async open(pluginFilename: string): Promise<PluginSource> {
    return await toRun(async () => {
      if (isRemote(pluginFilename)) return new FixedSource(await this.#repository.read(pluginFilename));
      const name = plain(pluginFilename);
      const place = await this.#place(name, "Node not configured with plugin directory");
      const { path } = place;
      const stats = await stat(path).catch(() => undefined);
      if (stats === undefined) throw new PluginFileError(`reading plugin file: Plugin not found: ${path}`);
      if (!stats.isDirectory()) return await FileSource.open(name, path);
      await requireInit(path);
      if (place.real === place.realDirectory) throw wholeDirectory(name);
      return await PackageSource.open(name, path);
    });
  }

  /** Empty for a plugin that cannot be looked at: a listing shows what is there. */
  async describe(pluginFilename: string): Promise<readonly PluginFileInfo[]> {
    if (this.directory === undefined || isRemote(pluginFilename)) return [];
    const name = plain(pluginFilename);
    const path = await this.resolve(name).catch(() => undefined);
    const stats = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || stats === undefined) return [];
    const shownPath = join(this.directory, name);
    if (stats.isDirectory()) {
      const files = await packageFiles(path).catch(() => []);
      return files.map(({ name: fileName, sizeBytes, lastModifiedMs }) => ({
        fileName,
        path: join(shownPath, fileName),
        sizeBytes,
        lastModifiedMs,
      }));
    }
    if (!stats.isFile()) return [];
    const lastModifiedMs = Math.floor(stats.mtimeMs);
    return [{ fileName: pluginFilename, path: shownPath, sizeBytes: stats.size, lastModifiedMs }];
  }

  /** Where a name leads; throws PluginFileError for one that would lead out of the directory. */
  async resolve(name: string): Promise<string> {
    return (await this.#place(name, NO_DIRECTORY)).path;
  }

  /** The same for what shall be exchanged with all that is in it. */
  async resolveWhole(name: string): Promise<string> {
    const { path, real, realDirectory } = await this.#place(name, NO_DIRECTORY);
    if (real === realDirectory) throw wholeDirectory(name);
    const closed = this.#closed.find((directory) => isInside(real, directory));
    if (closed === undefined) return path;
    throw new PluginFileError(`'${name}' cannot be replaced: ${closed} lies in it and holds no plugins`);
  }

  /** Whether a directory that was found on a walk is not to be looked at. */
  isClosed(path: string): boolean {
    return this.#closed.includes(path);
  }

  async #place(name: string, unconfigured: string): Promise<Place> {
    if (this.directory === undefined) throw new PluginFileError(unconfigured);
    const stats = await stat(this.directory).catch(() => undefined);
    if (!stats?.isDirectory()) {
      throw new PluginFileError(
        `the plugin directory ${this.directory} does not exist: create it or correct --plugin-dir`,
      );
    }
    const place = await placeInside(this.directory, name);
    const closed = this.#closed.find((directory) => isInside(directory, place.real));
    if (closed === undefined) return place;
    throw new PluginFileError(`'${name}' lies in ${closed}, which holds no plugins: choose another place`);
  }
}

function wholeDirectory(name: string): PluginFileError {
  return new PluginFileError(`'${name}' is the plugin directory itself: name a file or a package in it`);
}

export function isRemote(pluginFilename: string): boolean {
  return pluginFilename.startsWith(REPOSITORY_PREFIX);
}

/** A name as it is looked up: packages may be written with a slash behind them. */
export function plain(pluginFilename: string): string {
  return pluginFilename.replace(/\/+$/, "");
}

/** As a listing names it. */
export function normalName(pluginFilename: string): string {
  return isRemote(pluginFilename) ? pluginFilename : posix.normalize(plain(pluginFilename));
}

export async function requireInit(directory: string): Promise<void> {
  const init = await stat(join(directory, "__init__.py")).catch(() => undefined);
  if (init !== undefined) return;
  throw new PluginFileError(
    `reading plugin file: Multi-file plugin directory must contain __init__.py: ${directory}`,
  );
}
