const TEXTS: Record<string, string> = {
  ENOENT: "No such file or directory (os error 2)",
  EACCES: "Permission denied (os error 13)",
  EPERM: "Operation not permitted (os error 1)",
  EISDIR: "Is a directory (os error 21)",
  ENOTDIR: "Not a directory (os error 20)",
  ENOSPC: "No space left on device (os error 28)",
};

/** A system error in the words that scripts match. */
export function osErrorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return TEXTS[code ?? ""] ?? message;
}
