/** What a call on a file can fail with; Python sees the OSError of the same name. */
export const FILE_ERROR_CODES = [
  "EACCES",
  "EEXIST",
  "EINVAL",
  "EIO",
  "EISDIR",
  "EMFILE",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "ENOTEMPTY",
  "EROFS",
] as const;
export type FileErrorCode = (typeof FILE_ERROR_CODES)[number];

export class FileError extends Error {
  override name = "FileError";
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode) {
    super(code);
    this.code = code;
  }
}

export interface FileStat {
  readonly kind: "file" | "directory";
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** False for what can be read only. */
  readonly writable: boolean;
}

/**
 * Files outside the interpreter's own memory, as the embedder lets Python see them. Paths are absolute, with `/`, and
 * without `.` and `..`. Each call waits for its answer and throws FileError when it cannot be done.
 */
export interface HostFiles {
  /** Undefined when there is no such file. */
  stat(path: string): FileStat | undefined;
  /** The names in a directory that `stat` finds, without `.` and `..`: one that it does not find fails the listing. */
  list(path: string): readonly string[];
  /** At most `length` bytes; fewer only at the end of the file. */
  read(path: string, offset: number, length: number): Uint8Array;
  /** Beyond the end, what lies between is filled with zeros. */
  write(path: string, offset: number, bytes: Uint8Array): void;
  truncate(path: string, sizeBytes: number): void;
  create(path: string, kind: "file" | "directory"): void;
  /** A directory must be empty. */
  remove(path: string, kind: "file" | "directory"): void;
  /** Replaces a file that has the new name. */
  rename(from: string, to: string): void;
}
