import { fileURLToPath, pathToFileURL } from "node:url";
import { PluginDocument } from "../plugin-document/index.ts";
import type { PythonFeatures } from "../python-features/index.ts";
import { findPackage, type PluginPackage, readModule } from "../workspace/index.ts";

export interface PackageFilesOptions {
  readonly python: PythonFeatures;
  readonly isOpen: (uri: string) => boolean;
  /** There are modules that were not there before, and plugins import from these directories. */
  readonly onModules: (importRoots: readonly string[]) => Promise<void>;
}

/** Keeps the type checker informed of the modules of plugins of which some module is open. */
export class PackageFiles {
  readonly #options: PackageFilesOptions;
  readonly #lookups = new Map<string, Promise<PluginPackage | undefined>>();
  /** Modules that are given to the checker from disk. */
  readonly #given = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #importRoots = new Set<string>();

  constructor(options: PackageFilesOptions) {
    this.#options = options;
  }

  /** The plugin that an open file belongs to. What is found is kept until files change. */
  packageOf(uri: string): Promise<PluginPackage | undefined> {
    const known = this.#lookups.get(uri);
    if (known !== undefined) return known;
    const lookup = uri.startsWith("file:") ? this.#find(uri) : Promise.resolve(undefined);
    this.#lookups.set(uri, lookup);
    return lookup;
  }

  /** Files were made, changed or removed; or an open one was closed. */
  async refresh(openUris: readonly string[]): Promise<void> {
    this.#lookups.clear();
    const needed = new Set<string>();
    for (const uri of openUris) {
      for (const module of (await this.packageOf(uri))?.modules ?? []) needed.add(pathToFileURL(module).href);
    }
    for (const uri of this.#given) {
      if (needed.has(uri)) continue;
      this.#given.delete(uri);
      if (!this.#options.isOpen(uri)) this.#options.python.remove(uri);
    }
  }

  async #find(uri: string): Promise<PluginPackage | undefined> {
    const found = await findPackage(fileURLToPath(uri)).catch(() => undefined);
    if (found === undefined) return undefined;
    const isNew = found.modules.filter((module) => !this.#seen.has(module));
    for (const module of isNew) this.#seen.add(module);
    this.#importRoots.add(found.importRoot);
    if (isNew.length > 0) await this.#options.onModules([...this.#importRoots]);
    for (const module of found.modules) await this.#give(module);
    return found;
  }

  async #give(file: string): Promise<void> {
    const uri = pathToFileURL(file).href;
    if (this.#options.isOpen(uri)) return;
    const text = await readModule(file);
    // It may have been opened meanwhile: then the editor's text counts.
    if (text === undefined || this.#options.isOpen(uri)) return;
    this.#given.add(uri);
    this.#options.python.update(PluginDocument.parse(uri, 0, text));
  }
}
