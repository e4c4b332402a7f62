import { nodeWalFileSystem, type WalFileSystem } from "#src/wal/index.js";

export type WalStep = Exclude<keyof WalFileSystem, "list" | "readFile" | "read" | "sizeOf" | "exists">;

/** The real file system, with every changing step counted and able to fail. */
export class FaultyWalFileSystem implements WalFileSystem {
  readonly steps: WalStep[] = [];
  /** Returns an error code to make a step fail. */
  fault: (step: WalStep, index: number) => string | undefined = () => undefined;

  #step(name: WalStep): void {
    const code = this.fault(name, this.steps.length);
    this.steps.push(name);
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected`), { code });
  }

  makeDirectory(path: string) {
    this.#step("makeDirectory");
    nodeWalFileSystem.makeDirectory(path);
  }
  list = nodeWalFileSystem.list;
  readFile = nodeWalFileSystem.readFile;
  sizeOf = nodeWalFileSystem.sizeOf;
  read = nodeWalFileSystem.read;
  exists = nodeWalFileSystem.exists;
  open(path: string, mode: "read" | "write" | "create") {
    this.#step("open");
    return nodeWalFileSystem.open(path, mode);
  }
  write(file: number, parts: readonly Uint8Array[], position: number) {
    try {
      this.#step("write");
    } catch (error) {
      // A failing disk may have taken some of it.
      nodeWalFileSystem.write(file, parts.slice(0, 1 + (parts.length >> 1)), position);
      throw error;
    }
    nodeWalFileSystem.write(file, parts, position);
  }
  sync(file: number) {
    this.#step("sync");
    nodeWalFileSystem.sync(file);
  }
  truncate(file: number, sizeBytes: number) {
    this.#step("truncate");
    nodeWalFileSystem.truncate(file, sizeBytes);
  }
  close(file: number) {
    nodeWalFileSystem.close(file);
    this.#step("close");
  }
  rename(from: string, to: string) {
    this.#step("rename");
    nodeWalFileSystem.rename(from, to);
  }
  link(from: string, to: string) {
    this.#step("link");
    nodeWalFileSystem.link(from, to);
  }
  unlink(path: string) {
    this.#step("unlink");
    nodeWalFileSystem.unlink(path);
  }
  syncDirectory(path: string) {
    this.#step("syncDirectory");
    nodeWalFileSystem.syncDirectory(path);
  }
}
