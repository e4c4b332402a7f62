import path from "node:path";

/**
 * Flags that put one worker under Node's permission model: no file but the readable ones, no child process, no
 * further worker, no native addon. The rest of the process is not affected.
 */
export function permissionFlags(readablePaths: readonly string[]): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  return [
    permission,
    ...outermost(readablePaths).map((directory) => `--allow-fs-read=${path.join(directory, "*")}`),
    "--no-warnings",
  ];
}

/** Node 20 aborts when a path is given twice, so repeated and nested ones go. */
function outermost(directories: readonly string[]): string[] {
  const inside = (inner: string, outer: string) => inner.startsWith(outer + path.sep);
  return [...new Set(directories.map((directory) => path.resolve(directory)))].filter(
    (directory, _index, all) => !all.some((other) => inside(directory, other)),
  );
}
