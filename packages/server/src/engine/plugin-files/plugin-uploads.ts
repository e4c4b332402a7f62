import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Mutex } from "../../foundation/index.ts";
import { NO_DIRECTORY, PluginFileError, toChange } from "./file-error.ts";
import { isRemote, type PluginDirectory, plain } from "./plugin-directory.ts";
import { checkPackage, type PackageUpload, replaceDirectory } from "./replace-directory.ts";
import { checkSize, writeFileAtomically } from "./write-file.ts";

export interface UploadOptions {
  readonly directory: PluginDirectory;
  /** Which plugin the first trigger of a name runs, whatever its database. */
  readonly pluginOfTrigger: (name: string) => string | undefined;
  /** `--plugin-dir-only`: plugins come to the directory by other ways only. */
  readonly refused: boolean;
}

/** Written by the installation of packages only. */
const RESERVED = ".venv";

/** Changes plugin files, one change at a time: docs/reference/triggers.md, "Uploading". */
export class PluginUploads {
  readonly #options: UploadOptions;
  readonly #turns = new Mutex();

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  /** Creates or replaces a file; directories on the way are made. */
  async upload(name: string, content: string): Promise<void> {
    await this.#change(async () => {
      const path = await this.#options.directory.resolve(name);
      if (/[/\\]$/.test(name) || (await isDirectory(path))) {
        throw new PluginFileError(`'${name}' is a directory: name a file`);
      }
      const [first] = join(name).split(/[/\\]/);
      // In whatever case: not every file system tells them apart.
      if (first?.toLowerCase() === RESERVED) {
        throw new PluginFileError(`'${RESERVED}' belongs to installed packages: choose another directory`);
      }
      checkSize(name, content);
      await writeFileAtomically(path, content);
    });
  }

  /** Of a package its `__init__.py`. */
  async replaceFile(triggerName: string, content: string): Promise<void> {
    await this.#change(async () => {
      const path = await this.#options.directory.resolve(await this.#nameOf(triggerName));
      checkSize(triggerName, content);
      await writeFileAtomically((await isDirectory(path)) ? join(path, "__init__.py") : path, content);
    });
  }

  /** Files that are not among the new ones disappear. */
  async replaceDirectory(triggerName: string, files: readonly PackageUpload[]): Promise<void> {
    await this.#change(async () => {
      const name = await this.#nameOf(triggerName);
      const path = await this.#options.directory.resolveWhole(name);
      // One that is gone is put back, as far as its name says that it was a package.
      const isFile = (await exists(path)) ? !(await isDirectory(path)) : path.endsWith(".py");
      if (isFile) {
        throw new PluginFileError(
          `the trigger '${triggerName}' runs a single file, not a directory: update it with one file`,
        );
      }
      checkPackage(path, files);
      await replaceDirectory(path, files);
    });
  }

  async #nameOf(triggerName: string): Promise<string> {
    const { directory, pluginOfTrigger } = this.#options;
    if (!directory.configured) throw new PluginFileError(NO_DIRECTORY);
    const pluginFilename = pluginOfTrigger(triggerName);
    if (pluginFilename === undefined) throw new PluginFileError(`Plugin not found: ${triggerName}`);
    if (isRemote(pluginFilename)) {
      throw new PluginFileError(
        `the trigger '${triggerName}' runs ${pluginFilename}, which is read from a repository: change it there`,
      );
    }
    return plain(pluginFilename);
  }

  async #change(task: () => Promise<void>): Promise<void> {
    await toChange(async () => {
      if (this.#options.refused) {
        throw new PluginFileError(
          "plugin installation is disabled; plugins must already exist in the configured plugin directory",
        );
      }
      await this.#turns.run(task);
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
