import { FILE_ERROR_CODES, FileError, type FileErrorCode } from "@millrace/python-vm";

const ALIKE: Readonly<Record<string, FileErrorCode>> = {
  EPERM: "EACCES",
  ELOOP: "EACCES",
  ENAMETOOLONG: "EINVAL",
  EDQUOT: "ENOSPC",
  EFBIG: "ENOSPC",
  ENFILE: "EMFILE",
};

/** The code that Python shall see for what a call of the host's file system failed with. */
export function errorCode(error: unknown): FileErrorCode {
  if (error instanceof FileError) return error.code;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return FILE_ERROR_CODES.find((known) => known === code) ?? ALIKE[code] ?? "EIO";
}

/** Nothing, for a file that is not there; other failures go on. */
export function undefinedIfMissing(error: unknown): undefined {
  const code = errorCode(error);
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}
