/** A data file that is not what this server wrote. Names the file and the byte where it goes wrong. */
export class StorageDamagedError extends Error {
  override name = "StorageDamagedError";
  /** Tells damaged files from every other failure. */
  readonly exitCode = 3;
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, reason: string) {
    super(`data file ${file} is damaged at byte ${offset}: ${reason}. Restore the file from a copy`);
    this.file = file;
    this.offset = offset;
  }
}

/** An intact file that this version cannot read, or one that other software wrote. */
export class UnsupportedFileError extends Error {
  override name = "UnsupportedFileError";
  readonly exitCode = 3;
  readonly file: string;

  constructor(file: string, reason: string, remedy: string) {
    super(`data file ${file} cannot be read: ${reason}. ${remedy}`);
    this.file = file;
  }
}
