import type { FileStat } from "@millrace/python-vm";
import { type FileLayer, isBelow } from "./layers.ts";

const encoder = new TextEncoder();

/** Files given as texts with a run; the directories above them exist because they do. */
export class TextLayer implements FileLayer {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const text = this.#texts.get(path);
    const basics = { modifiedMs: 0, writable: false };
    if (text !== undefined) return { kind: "file", sizeBytes: encoder.encode(text).length, ...basics };
    return this.#isDirectory(path) ? { kind: "directory", sizeBytes: 0, ...basics } : undefined;
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    if (!this.#isDirectory(path)) return undefined;
    const start = path === "" ? 0 : path.length + 1;
    const below = [...this.#texts.keys()].filter((name) => isBelow(name, path));
    return [...new Set(below.map((name) => name.slice(start).split("/", 1)[0]!))];
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    return encoder.encode(this.#texts.get(path) ?? "").slice(offset, offset + length);
  }

  #isDirectory(path: string): boolean {
    return [...this.#texts.keys()].some((name) => isBelow(name, path));
  }
}
