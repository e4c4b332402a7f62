import { readFile, stat } from "node:fs/promises";
import { codeOf, PackageError, reasonOf } from "../foundation/index.ts";
import type { RequirementsReader } from "./requirements-file.ts";

const MAX_BYTES = 2 ** 20;

/** Reads requirements files from this machine; `checkPath` throws for those that may not be read. */
export function diskReader(checkPath: (path: string) => Promise<void>): RequirementsReader {
  return {
    async readText(path) {
      await checkPath(path);
      try {
        const found = await stat(path);
        if (!found.isFile()) throw new Error("it is not a regular file");
        if (found.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
        return await readFile(path, "utf8");
      } catch (error) {
        const why = codeOf(error) === "ENOENT" ? "there is no such file on the server" : reasonOf(error);
        throw new PackageError("requirement", `the requirements file ${path} cannot be read: ${why}`, {
          cause: error,
        });
      }
    },
  };
}
