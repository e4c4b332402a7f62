import { realpath } from "node:fs/promises";
import { systemReason } from "../../foundation/index.ts";
import { DirectoryError, ensureDirectory, nodeFileSystem } from "../../object-store/index.ts";

/** Creates the plugin directory when it is missing; gives its real path, which is where Python sees it. */
export async function preparePluginDirectory(directory: string): Promise<string> {
  try {
    // Not the system's own recursive way: below /proc it never ends.
    await ensureDirectory(nodeFileSystem, directory);
    return await realpath(directory);
  } catch (error) {
    const reason = error instanceof DirectoryError ? error.reason : systemReason(error);
    throw new Error(
      `Unable to create plugin directory "${directory}": ${reason}. ` +
        "Make it a directory that this user can read, or choose another one with --plugin-dir",
      { cause: error },
    );
  }
}
