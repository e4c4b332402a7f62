import { readdir } from "node:fs/promises";
import path from "node:path";
import type { SitePackages } from "../protocol/index.ts";

/** Installed packages that every interpreter of a runtime can import. */
export interface PythonEnvironment {
  /** The directory that holds them. Python sees it at the same path, if the embedder's worker serves files there. */
  readonly sitePackages: string;
  /** Changes whenever a file in it does. */
  readonly fingerprint: string;
  /** What `sys.prefix` says; the directory that `lib/pythonX.Y/site-packages` lies in when absent. */
  readonly prefix?: string;
}

/** What could not be made part of the memory snapshot, and is imported when it is asked for instead. */
export interface EnvironmentProblem {
  /** Absent: the snapshot with packages as a whole. */
  readonly module?: string;
  readonly reason: string;
}

const MODULE_FILE = /^([\p{ID_Start}_][\p{ID_Continue}]*)\.py$/u;
const PACKAGE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Where Python sees the packages: with `/` between names on every platform. */
export function sitePackagesOf({ sitePackages, prefix }: PythonEnvironment): SitePackages {
  const seen = pythonPath(sitePackages);
  return {
    path: seen,
    prefix: prefix ? pythonPath(prefix) : seen.replace(/(\/lib\/python[\d.]+)?\/[^/]*$/, ""),
  };
}

function pythonPath(directory: string): string {
  const slashed = directory.split(path.sep).join("/");
  return slashed.startsWith("/") ? slashed : `/${slashed}`;
}

/** The names of all modules and packages that lie directly in the directory. */
export async function topLevelModules({ sitePackages }: PythonEnvironment): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(sitePackages, { withFileTypes: true })) {
    if (entry.isFile()) names.push(...(MODULE_FILE.exec(entry.name)?.slice(1) ?? []));
    else if (entry.isDirectory() && PACKAGE_NAME.test(entry.name) && entry.name !== "__pycache__") {
      const inside = await readdir(path.join(sitePackages, entry.name));
      if (inside.includes("__init__.py")) names.push(entry.name);
    }
  }
  return names.sort();
}
