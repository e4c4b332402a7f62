import type { FileStat } from "@millrace/python-vm";

/** Files of one source. Paths are relative, with `/`; the root is "". What cannot be done is thrown as FileError. */
export interface FileLayer {
  /** Undefined when there is no such file. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The names in a directory; undefined when there is no such directory. */
  list(path: string): Promise<readonly string[] | undefined>;
  /** At most `length` bytes of a file that `stat` found. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
}

/** The layer that takes the writes of a run. Parents of what is written are made where they are missing. */
export interface WritableLayer extends FileLayer {
  /** Makes an empty file or a directory. */
  create(path: string, kind: FileStat["kind"]): Promise<void>;
  write(path: string, offset: number, bytes: Uint8Array): Promise<void>;
  truncate(path: string, sizeBytes: number): Promise<void>;
  remove(path: string, kind: FileStat["kind"]): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

/** Each changing call on a layer ends before the next one begins, also when they come from several interpreters. */
export class TurnTaker {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function isBelow(path: string, directory: string): boolean {
  return directory === "" || path.startsWith(`${directory}/`);
}
