import type { BigIntStats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { ServerError } from "../../foundation/index.ts";

/** Far above any real plugin; keeps a mistaken name of a data file from being read into memory. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

/** A single-file plugin and the last text of it that could be read. */
export class PluginSource {
  readonly fileName: string;
  readonly path: string;
  #text: string;
  #stamp: string;

  private constructor(fileName: string, path: string, text: string, stamp: string) {
    this.fileName = fileName;
    this.path = path;
    this.#text = text;
    this.#stamp = stamp;
  }

  static async read(fileName: string, path: string): Promise<PluginSource> {
    const { text, stamp } = await readSource(path);
    return new PluginSource(fileName, path, text, stamp);
  }

  get text(): string {
    return this.#text;
  }

  /** Reads the file again when it changed. A file that is gone or unreadable leaves the last good text in use. */
  async refresh(): Promise<string> {
    try {
      const stamp = stampOf(await stat(this.path, { bigint: true }));
      if (stamp !== this.#stamp) {
        const fresh = await readSource(this.path);
        this.#text = fresh.text;
        this.#stamp = fresh.stamp;
      }
    } catch {
      // Deleted or half-written: the plugin keeps running as it was, see docs/reference/triggers.md.
    }
    return this.#text;
  }
}

/** Size and inode as well as time: two saves may fall into one tick of a coarse file system clock. */
function stampOf(stats: BigIntStats): string {
  return `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}

async function readSource(path: string): Promise<{ text: string; stamp: string }> {
  const stats = await stat(path, { bigint: true });
  if (stats.size > MAX_SOURCE_BYTES) throw unreadable(path, `it is larger than ${MAX_SOURCE_BYTES} bytes`);
  const bytes = await readFile(path);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, stamp: stampOf(stats) };
  } catch {
    throw unreadable(path, "it is not valid UTF-8");
  }
}

function unreadable(path: string, why: string): ServerError {
  return new ServerError("plugin_error", { detail: `reading plugin file: ${path}: ${why}` });
}
