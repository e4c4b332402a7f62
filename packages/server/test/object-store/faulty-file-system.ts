import { type FileSystem, nodeFileSystem, type OpenFile } from "#src/object-store/index.js";

/** The real file system, with a name for every step and a way to make steps fail. */
export class FaultyFileSystem implements FileSystem {
  readonly steps: string[] = [];
  /** Asked before each step; what it returns is thrown. */
  fault: (step: string, index: number) => string | undefined = () => undefined;

  #step(name: string): void {
    const code = this.fault(name, this.steps.length);
    this.steps.push(name);
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected`), { code });
  }

  async create(path: string): Promise<OpenFile> {
    this.#step("create");
    const file = await nodeFileSystem.create(path);
    return {
      write: async (bytes) => {
        try {
          this.#step("write");
        } catch (error) {
          await file.write(bytes.subarray(0, bytes.length >> 1));
          throw error;
        }
        await file.write(bytes);
      },
      sync: async () => {
        this.#step("sync");
        await file.sync();
      },
      close: async () => {
        await file.close();
        this.#step("close");
      },
    };
  }

  async readFile(path: string) {
    this.#step("readFile");
    return nodeFileSystem.readFile(path);
  }

  async readDirectory(path: string) {
    this.#step("readDirectory");
    return nodeFileSystem.readDirectory(path);
  }

  async makeDirectory(path: string) {
    this.#step("makeDirectory");
    await nodeFileSystem.makeDirectory(path);
  }

  async rename(from: string, to: string) {
    this.#step("rename");
    await nodeFileSystem.rename(from, to);
  }

  async link(from: string, to: string) {
    this.#step("link");
    await nodeFileSystem.link(from, to);
  }

  async unlink(path: string) {
    this.#step("unlink");
    await nodeFileSystem.unlink(path);
  }

  async stat(path: string) {
    this.#step("stat");
    return nodeFileSystem.stat(path);
  }

  async touch(path: string, timeMs: number) {
    this.#step("touch");
    await nodeFileSystem.touch(path, timeMs);
  }

  async syncDirectory(path: string) {
    this.#step("syncDirectory");
    await nodeFileSystem.syncDirectory(path);
  }
}
