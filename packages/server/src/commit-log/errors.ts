/** A file of a commit log that is not what this server wrote. Names the file and the byte where it goes wrong. */
export class LogDamagedError extends Error {
  override name = "LogDamagedError";
  /** Tells damaged files from every other failed start. */
  readonly exitCode = 3;
  readonly file: string;
  readonly offset: number;

  /** `subject`: what the log is about, as its users call it. */
  constructor(subject: string, file: string, offset: number, reason: string) {
    super(`${subject} file ${file} is damaged at byte ${offset}: ${reason}. Restore it from a backup`);
    this.file = file;
    this.offset = offset;
  }
}

/** A commit that does not fit what the commits before it built: the log is not what its owner wrote. */
export class InconsistentLogError extends Error {
  override name = "InconsistentLogError";
}

/** Another process has appended: what this one knows is out of date, and it must not write any more. */
export class SecondWriterError extends Error {
  override name = "SecondWriterError";
  readonly file: string;

  constructor(file: string) {
    super(`another process has written ${file} ahead of this one`);
    this.file = file;
  }
}
