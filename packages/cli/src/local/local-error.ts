/** A local test that cannot be run; the hint is a line of its own after the message. */
export class LocalError extends Error {
  override name = "LocalError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** There is nothing to run: another exit code tells scripts so. */
export class NotRunError extends LocalError {
  override name = "NotRunError";
  readonly exitCode = 2;
}
