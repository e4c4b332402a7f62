import { link, mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from "node:fs/promises";

/** A file open for writing. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Until this resolves, a power cut may lose what was written. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file operations that durability rests on, small enough that tests can record them, replay them with power
 * cuts, and make each one fail. Errors carry the codes of node:fs.
 */
export interface FileSystem {
  /** Fails with EEXIST when the file is there. */
  create(path: string): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  readDirectory(path: string): Promise<{ name: string; isDirectory: boolean }[]>;
  makeDirectory(path: string): Promise<void>;
  /** Replaces the target. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; fails with EEXIST when that name is there. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Of what a symbolic link leads to. */
  stat(path: string): Promise<{ sizeBytes: number; modifiedMs: number; isDirectory: boolean }>;
  /** Sets the time of the last change. */
  touch(path: string, timeMs: number): Promise<void>;
  /** Makes creations, renames and removals in the directory survive a power cut. */
  syncDirectory(path: string): Promise<void>;
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

export const nodeFileSystem: FileSystem = {
  async create(path) {
    const handle = await open(path, "wx");
    return {
      async write(bytes) {
        let done = 0;
        while (done < bytes.length)
          done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  readFile: (path) => readFile(path),
  async readDirectory(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  },
  makeDirectory: (path) => mkdir(path),
  rename,
  link,
  unlink,
  async stat(path) {
    const stats = await stat(path);
    return { sizeBytes: stats.size, modifiedMs: stats.mtimeMs, isDirectory: stats.isDirectory() };
  },
  touch: (path, timeMs) => utimes(path, timeMs / 1000, timeMs / 1000),
  async syncDirectory(path) {
    // Windows has no way to flush a directory; NTFS journals these changes itself.
    if (process.platform === "win32") return;
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Faster, for files that need not survive a power cut. */
export function withoutSync(fs: FileSystem): FileSystem {
  return {
    async create(path) {
      const file = await fs.create(path);
      return { write: (bytes) => file.write(bytes), sync: async () => {}, close: () => file.close() };
    },
    readFile: (path) => fs.readFile(path),
    readDirectory: (path) => fs.readDirectory(path),
    makeDirectory: (path) => fs.makeDirectory(path),
    rename: (from, to) => fs.rename(from, to),
    link: (from, to) => fs.link(from, to),
    unlink: (path) => fs.unlink(path),
    stat: (path) => fs.stat(path),
    touch: (path, timeMs) => fs.touch(path, timeMs),
    syncDirectory: async () => {},
  };
}
