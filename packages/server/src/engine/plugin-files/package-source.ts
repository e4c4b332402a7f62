import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { PluginCode } from "@millrace/plugin-runtime";
import { packageFiles, packageStamp } from "./package-files.ts";
import type { PluginSource } from "./plugin-source.ts";
import { readText } from "./read-text.ts";

/** A multi-file plugin: a directory that Python imports. */
export class PackageSource implements PluginSource {
  readonly #path: string;
  #code: PluginCode;

  private constructor(path: string, code: PluginCode) {
    this.#path = path;
    this.#code = code;
  }

  static async open(fileName: string, path: string): Promise<PackageSource> {
    return new PackageSource(path, await read(fileName, path, packageStamp(await packageFiles(path))));
  }

  get code(): PluginCode {
    return this.#code;
  }

  async refresh(): Promise<PluginCode> {
    try {
      const stamp = packageStamp(await packageFiles(this.#path));
      if (stamp !== this.#code.package?.stamp) {
        this.#code = await read(this.#code.fileName, this.#path, stamp);
      }
    } catch {
      // Being replaced or gone: the plugin keeps running as far as Python has imported it.
    }
    return this.#code;
  }
}

async function read(fileName: string, path: string, stamp: string): Promise<PluginCode> {
  const { text } = await readText(join(path, "__init__.py"));
  // Python sees the plugin directory at its real path.
  return { fileName, source: text, package: { directory: await realpath(path), stamp } };
}
