import path from "node:path";

/** Objects as files, for readers that take paths. */
export interface LocalFiles {
  /**
   * The files of these objects, complete, in the order of the keys. They stay until they are released.
   * Keys must be of objects that never change. Fails when one of them is gone.
   */
  acquire(keys: readonly string[]): Promise<AcquiredFiles>;
  /** All files lie below these. */
  readonly directories: readonly string[];
}

export interface AcquiredFiles {
  readonly paths: readonly string[];
  /** To be called once the paths are no longer used; more calls do nothing. */
  release(): void;
}

/** The files of a file store, as they lie there. */
export class StoredFiles implements LocalFiles {
  readonly directories: readonly string[];
  readonly #root: string;

  constructor(root: string, dataPrefix: string) {
    this.#root = root;
    this.directories = [path.join(root, dataPrefix)];
  }

  async acquire(keys: readonly string[]): Promise<AcquiredFiles> {
    return { paths: keys.map((key) => path.join(this.#root, ...key.split("/"))), release: () => {} };
  }
}
