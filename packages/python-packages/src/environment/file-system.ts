import {
  constants,
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { codeOf } from "../foundation/index.ts";

/** What an environment needs of a file system. What was written or linked survives a power cut only after the syncs. */
export interface EnvironmentFileSystem {
  /** Undefined if there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Names in a directory; none if there is no such directory. */
  list(path: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  /** Writes and syncs a new file, or replaces an old one in place. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** A second name for the file, or a copy where that cannot be. */
  link(from: string, to: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  /** With everything below; nothing happens if there is nothing. */
  remove(path: string): Promise<void>;
  /** False if there is such a file already. */
  createExclusively(path: string, text: string): Promise<boolean>;
}

/** These say that the directory is not there, rather than that something is wrong with it. */
const ABSENT = new Set(["ENOENT", "ENOTDIR"]);

async function sync(path: string, flags: number): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const nodeFileSystem: EnvironmentFileSystem = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (ABSENT.has(codeOf(error) ?? "")) return undefined;
      throw error;
    }
  },
  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (ABSENT.has(codeOf(error) ?? "")) return [];
      throw error;
    }
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async write(path, bytes) {
    const handle = await open(path, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async link(from, to) {
    try {
      await link(from, to);
    } catch {
      // Not every file system has links, and some have a limit for them.
      await copyFile(from, to, constants.COPYFILE_EXCL);
      await sync(to, constants.O_RDWR);
    }
  },
  async syncDirectory(path) {
    // Windows has no such thing and needs none.
    if (process.platform !== "win32") await sync(path, constants.O_RDONLY);
  },
  rename,
  symlink: (target, path) => symlink(target, path),
  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },
  async createExclusively(path, text) {
    let handle: FileHandle;
    try {
      handle = await open(path, "wx");
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
    try {
      await handle.writeFile(text).finally(() => handle.close());
      return true;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  },
};
