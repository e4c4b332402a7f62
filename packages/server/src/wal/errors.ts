/** The log has a place that is neither intact nor the unfinished end of it. */
export class WalDamagedError extends Error {
  override name = "WalDamagedError";
  /** Tells damaged files from every other failed start. */
  readonly exitCode = 3;
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, reason: string) {
    super(
      `write-ahead log ${file} is damaged at byte ${offset}: ${reason}. ` +
        "Restore the file from a copy, or start with --wal-recover to go on without the damaged part",
    );
    this.file = file;
    this.offset = offset;
  }
}

/** Another server writes to the log: this one must not add to it any more. */
export class SecondOwnerError extends Error {
  override name = "SecondOwnerError";
  /** The file or object that shows it. */
  readonly file: string;

  constructor(file: string) {
    super(`another server took over the write-ahead log, as ${file} shows`);
    this.file = file;
  }
}
