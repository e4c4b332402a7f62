import path from "node:path";
import { PackageError } from "@millrace/python-packages";
import { resolveInside } from "../plugin-files/index.ts";

const REQUIREMENTS_NAME = /\.(?:txt|in)$/;

/** Where a requirements file is: a relative path starts from the plugin directory. */
export async function locateRequirements(location: string, pluginDir: string | undefined): Promise<string> {
  if (path.isAbsolute(location)) return path.normalize(location);
  if (pluginDir === undefined)
    throw new PackageError(
      "requirement",
      `'${location}' is a relative path, and the server has no plugin directory that it could start from: give an absolute path`,
    );
  return await inside(pluginDir, location);
}

/**
 * What is wrong with a line is shown to whoever asked, so not every file may be read: those in the plugin directory,
 * and elsewhere those that are called like requirements.
 */
export async function mayReadRequirements(file: string, pluginDir: string | undefined): Promise<void> {
  if (REQUIREMENTS_NAME.test(file)) return;
  const below = pluginDir === undefined ? undefined : path.relative(pluginDir, file);
  if (pluginDir !== undefined && below !== undefined && below !== "" && !path.isAbsolute(below)) {
    await inside(pluginDir, below);
    return;
  }
  throw new PackageError(
    "requirement",
    `${file} is not read: a requirements file outside of the plugin directory must end in .txt or .in`,
  );
}

async function inside(pluginDir: string, location: string): Promise<string> {
  try {
    return await resolveInside(pluginDir, location);
  } catch (error) {
    throw new PackageError(
      "requirement",
      `the requirements file '${location}' lies outside of the plugin directory`,
      {
        cause: error,
      },
    );
  }
}
