import { fileURLToPath } from "node:url";
import type { Connection } from "vscode-languageserver";
import { PluginDocument } from "../plugin-document/index.ts";
import type { PythonFeatures } from "../python-features/index.ts";
import { readModule } from "../workspace/index.ts";
import { OpenDocuments } from "./open-documents.ts";
import { PackageFiles } from "./package-files.ts";

export interface PluginsOptions {
  readonly connection: Connection;
  readonly python: PythonFeatures;
  readonly onModules: (importRoots: readonly string[]) => Promise<void>;
  /** A plugin has a new version, or a file became one. */
  readonly onChange: (document: PluginDocument) => void;
  /** A file was closed, or is no plugin any more. */
  readonly onGone: (uri: string) => void;
}

/** The open files that are plugins or belong to one. About others we have nothing to say. */
export class Plugins {
  readonly #options: PluginsOptions;
  readonly #documents: OpenDocuments;
  readonly #packages: PackageFiles;
  readonly #inPackage = new Set<string>();
  /** Changes that the type checker has not been told of yet: what is asked about a file may depend on others. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: PluginsOptions) {
    this.#options = options;
    this.#packages = new PackageFiles({
      python: options.python,
      isOpen: (uri) => this.#documents.get(uri) !== undefined,
      onModules: options.onModules,
    });
    this.#documents = new OpenDocuments(options.connection, {
      changed: (document) => this.follow(this.#changed(document.uri)),
      closed: (uri) => {
        this.#gone(uri);
        this.follow(this.#refreshPackages());
      },
    });
  }

  /** An open plugin in its newest version. */
  async plugin(uri: string): Promise<PluginDocument | undefined> {
    await Promise.allSettled(this.#underWay);
    return this.#find(uri);
  }

  isCurrent(document: PluginDocument): boolean {
    return this.#documents.get(document.uri) === document;
  }

  isInPackage(uri: string): boolean {
    return this.#inPackage.has(uri);
  }

  /** Every plugin that is open. */
  async all(): Promise<PluginDocument[]> {
    const found = await Promise.all(this.#documents.all().map(({ uri }) => this.#find(uri)));
    return found.filter((document) => document !== undefined);
  }

  /** An open file, or one on disk. */
  async file(uri: string): Promise<PluginDocument | undefined> {
    const open = this.#documents.get(uri);
    if (open !== undefined || !uri.startsWith("file:")) return open;
    const text = await readModule(fileURLToPath(uri));
    return text === undefined ? undefined : PluginDocument.parse(uri, 0, text);
  }

  /** Files on disk are different now. */
  filesChanged(): Promise<void> {
    return this.#refreshPackages();
  }

  /** What is asked about plugins waits for this. */
  follow(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #refreshPackages(): Promise<void> {
    await this.#packages.refresh(this.#documents.all().map(({ uri }) => uri));
  }

  async #find(uri: string): Promise<PluginDocument | undefined> {
    if (this.#documents.get(uri) === undefined) return undefined;
    const isInPackage = (await this.#packages.packageOf(uri)) !== undefined;
    if (isInPackage) this.#inPackage.add(uri);
    else this.#inPackage.delete(uri);
    // The editor may have changed or closed it meanwhile.
    const document = this.#documents.get(uri);
    return document !== undefined && (isInPackage || document.looksLikePlugin) ? document : undefined;
  }

  async #changed(uri: string): Promise<void> {
    const document = await this.#find(uri);
    if (document === undefined) return this.#gone(uri);
    this.#options.python.update(document);
    this.#options.onChange(document);
  }

  #gone(uri: string): void {
    this.#options.python.remove(uri);
    this.#options.onGone(uri);
  }
}
