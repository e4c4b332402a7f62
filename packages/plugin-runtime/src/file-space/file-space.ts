import { FileError } from "@millrace/python-vm";
import type { FileService, RunContext } from "../interpreter/index.ts";
import type { FileCall, FileReply } from "../protocol/index.ts";
import { DirectoryLayer, type Visibility } from "./directory-layer.ts";
import { errorCode } from "./host-errors.ts";
import { LayeredFiles } from "./layered-files.ts";
import { TurnTaker, type WritableLayer } from "./layers.ts";
import { MemoryLayer } from "./memory-layer.ts";
import type { FileQuota } from "./quota.ts";
import { TextLayer } from "./text-layer.ts";
import { WritableDirectory } from "./writable-directory.ts";

/** `hidden` and `shows` are about `lower`. */
export interface FileMount extends Visibility {
  /** Absolute, as Python sees it, with `/`. */
  readonly path: string;
  /** The directory of the host that is read there; absent: nothing but what a run brings along or writes. */
  readonly lower?: string;
  /**
   * The directory of the host that takes what this run writes; undefined: this run may only read. Without the
   * function every run may only read. Tests never write to the host: where others may write, they do so in memory.
   */
  readonly upperOf?: (context: RunContext) => string | undefined;
}

/** The quota holds for each trigger, and for each test run. */
export interface FileSpaceOptions extends FileQuota {
  readonly mounts: readonly FileMount[];
  readonly nowMs: () => number;
}

/** Most bytes that one call reads or writes: the interpreter asks for longer ones in pieces. */
const CALL_MAX_BYTES = 2 ** 20;
const PATH_MAX_LENGTH = 4096;

interface Upper {
  readonly layer: WritableLayer;
  readonly turns: TurnTaker;
}

/** Answers what interpreters ask about files of the host; see "Files" in docs/reference/processing-engine.md. */
export class FileSpace implements FileService {
  readonly mounts: readonly string[];
  readonly #options: FileSpaceOptions;
  readonly #uppers = new Map<string, Upper>();
  /** By run: gone when the run is. */
  readonly #memories = new WeakMap<RunContext, Map<FileMount, Upper>>();

  constructor(options: FileSpaceOptions) {
    this.#options = options;
    this.mounts = options.mounts.map(({ path }) => path);
  }

  async answer(context: RunContext, call: FileCall): Promise<FileReply> {
    try {
      return { ok: true, value: await this.#perform(context, call) };
    } catch (error) {
      return { ok: false, code: errorCode(error) };
    }
  }

  /** Forgets a directory that `upperOf` gave, before its owner deletes it. */
  forget(directory: string): void {
    this.#uppers.delete(directory);
  }

  async #perform(context: RunContext, call: FileCall): Promise<Extract<FileReply, { ok: true }>["value"]> {
    const { mount, relative } = this.#locate(call.path);
    const upper = this.#upper(context, mount);
    const files = this.#files(context, mount, upper);
    switch (call.op) {
      case "stat":
        return (await files.stat(relative)) ?? null;
      case "list":
        return await files.list(relative);
      case "read": {
        const offset = position(call.offset);
        return await files.read(relative, offset, Math.min(position(call.length), CALL_MAX_BYTES));
      }
    }
    if (upper === undefined) throw new FileError("EROFS");
    const to = call.op === "rename" ? this.#locate(call.to) : undefined;
    // The root of a mount stays; and nothing moves from one mount to another.
    if (relative === "" || (to && (to.mount !== mount || to.relative === ""))) throw new FileError("EACCES");
    await upper.turns.take(async () => {
      switch (call.op) {
        case "write":
          if (call.bytes.length > CALL_MAX_BYTES) throw new FileError("EINVAL");
          return await files.write(relative, position(call.offset), call.bytes);
        case "truncate":
          return await files.truncate(relative, position(call.sizeBytes));
        case "create":
          return await files.create(relative, call.kind);
        case "remove":
          return await files.remove(relative, call.kind);
        case "rename":
          return await files.rename(relative, to!.relative);
      }
    });
    return null;
  }

  #files(context: RunContext, mount: FileMount, upper: Upper | undefined): LayeredFiles {
    const texts = textsBelow(mount, context.files);
    return new LayeredFiles(upper?.layer, [
      ...(texts.size > 0 ? [new TextLayer(texts)] : []),
      ...(mount.lower === undefined ? [] : [new DirectoryLayer(mount.lower, mount)]),
    ]);
  }

  #upper(context: RunContext, mount: FileMount): Upper | undefined {
    if (mount.upperOf === undefined) return undefined;
    if (context.test) return this.#memory(context, mount);
    const directory = mount.upperOf(context);
    if (directory === undefined) return undefined;
    let upper = this.#uppers.get(directory);
    if (upper === undefined) {
      upper = { layer: new WritableDirectory(directory, this.#options), turns: new TurnTaker() };
      this.#uppers.set(directory, upper);
    }
    return upper;
  }

  #memory(context: RunContext, mount: FileMount): Upper {
    const memories = this.#memories.get(context) ?? new Map<FileMount, Upper>();
    this.#memories.set(context, memories);
    let upper = memories.get(mount);
    if (upper === undefined) {
      upper = { layer: new MemoryLayer(this.#options, this.#options.nowMs), turns: new TurnTaker() };
      memories.set(mount, upper);
    }
    return upper;
  }

  /** The innermost mount that holds a path, and the rest of it; refuses whatever is not a plain absolute path. */
  #locate(path: string): { mount: FileMount; relative: string } {
    const odd = path.split("/").slice(1).some(isOddName);
    if (!path.startsWith("/") || path.length > PATH_MAX_LENGTH || odd) throw new FileError("EINVAL");
    let mount: FileMount | undefined;
    for (const candidate of this.#options.mounts) {
      if (!isInside(path, candidate.path)) continue;
      if (mount === undefined || candidate.path.length > mount.path.length) mount = candidate;
    }
    if (mount === undefined) throw new FileError("ENOENT");
    return { mount, relative: path.slice(mount.path.length + 1) };
  }
}

/** Backslashes and colons mean something on Windows. */
const ODD_CHARACTERS = process.platform === "win32" ? /[\0\\:]/ : /\0/;

function isOddName(name: string): boolean {
  return name === "" || name === "." || name === ".." || ODD_CHARACTERS.test(name);
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function position(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new FileError("EINVAL");
  return value;
}

function textsBelow(mount: FileMount, files: RunContext["files"]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, text] of files ?? [])
    if (path.startsWith(`${mount.path}/`)) texts.set(path.slice(mount.path.length + 1), text);
  return texts;
}
