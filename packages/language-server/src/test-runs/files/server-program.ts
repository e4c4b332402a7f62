import { createRequire } from "node:module";
import path from "node:path";
import { isFile, realPath } from "./read-files.ts";

const PACKAGE = "@millrace/cli";
const SCRIPT = path.join("bin", "influxdb3.cjs");

/**
 * The script of Millrace's `influxdb3`: the one named, the workspace's, or that on PATH. The original's program is
 * none of them: it is no script.
 */
export async function findServerProgram(
  named: string | undefined,
  folders: readonly string[],
  searchPath: string | undefined,
): Promise<string | undefined> {
  const inWorkspace = folders.map((folder) => installedIn(folder));
  const onPath = (searchPath ?? "").split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  const candidates = [named, ...inWorkspace, ...onPath.map((directory) => path.join(directory, "influxdb3"))];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const script = await realPath(candidate);
    if (script.endsWith(".cjs") && (await isFile(script))) return script;
  }
  return undefined;
}

/** Where Node would find it from a folder. */
function installedIn(folder: string): string | undefined {
  try {
    const door = createRequire(path.join(folder, "package.json")).resolve(PACKAGE);
    return path.resolve(path.dirname(door), "..", SCRIPT);
  } catch {
    return undefined;
  }
}
