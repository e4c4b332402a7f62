/** What the operating system means by its codes, for people who start a server and never saw one. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EADDRINUSE: "another program listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  EDQUOT: "the disk quota of this user is used up",
  EEXIST: "a file of that name is there already",
  EIO: "the disk reports an error",
  EISDIR: "it is a directory",
  ELOOP: "symbolic links there lead in a circle",
  EMFILE: "this process has too many files open",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "this machine has too many files open",
  ENOENT: "no such file or directory",
  ENOSPC: "no space is left on the disk",
  ENOTDIR: "part of the path is a file, not a directory",
  ENOTFOUND: "no address is known for that name",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
};

/** Why the system refused, in words; the error's own text when its code is a rare one. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message ?? String(error);
}
