import { FileError, type FileErrorCode } from "../protocol/index.ts";
import type { EmscriptenFileSystem } from "../sandbox/index.ts";

/** Error numbers as this build's C library has them. */
const ERROR_NUMBERS: Readonly<Record<FileErrorCode, number>> = {
  EACCES: 2,
  EEXIST: 20,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  EMFILE: 33,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  EROFS: 69,
};
const EINTR = 27;

/** The host asked the running code to stop while a file call waited for its answer. */
export class SystemCallInterrupted extends Error {}

/** Makes errors that C code understands. Anything else that is thrown through a system call ends the interpreter. */
export class FileErrors {
  readonly #fs: EmscriptenFileSystem;

  constructor(fs: EmscriptenFileSystem) {
    this.#fs = fs;
  }

  of(code: FileErrorCode): Error {
    return new this.#fs.ErrnoError(ERROR_NUMBERS[code]);
  }

  /** Does the work; what it throws becomes an error number. */
  guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof this.#fs.ErrnoError) throw error;
      if (error instanceof FileError) throw this.of(error.code);
      // Python asks for signals when it meets EINTR, and raises KeyboardInterrupt.
      if (error instanceof SystemCallInterrupted) throw new this.#fs.ErrnoError(EINTR);
      throw this.of("EIO");
    }
  }
}
