import type { PluginCode } from "@millrace/plugin-runtime";
import type { PluginSource } from "./plugin-source.ts";
import { currentStamp, readText } from "./read-text.ts";

/** A single-file plugin. */
export class FileSource implements PluginSource {
  readonly #path: string;
  #code: PluginCode;
  #stamp: string;

  private constructor(path: string, code: PluginCode, stamp: string) {
    this.#path = path;
    this.#code = code;
    this.#stamp = stamp;
  }

  static async open(fileName: string, path: string): Promise<FileSource> {
    const { text, stamp } = await readText(path);
    return new FileSource(path, { fileName, source: text }, stamp);
  }

  get code(): PluginCode {
    return this.#code;
  }

  async refresh(): Promise<PluginCode> {
    try {
      if ((await currentStamp(this.#path)) !== this.#stamp) {
        const { text, stamp } = await readText(this.#path);
        this.#code = { fileName: this.#code.fileName, source: text };
        this.#stamp = stamp;
      }
    } catch {
      // Deleted or half-written: the plugin keeps running as it was.
    }
    return this.#code;
  }
}
