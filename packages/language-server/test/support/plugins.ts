import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** All Python files below a directory of the repository. */
export function pythonFiles(directory: string): string[] {
  return readdirSync(path.join(root, directory))
    .map((name) => path.join(directory, name))
    .flatMap((at) => {
      if (statSync(path.join(root, at)).isDirectory()) return pythonFiles(at);
      return at.endsWith(".py") ? [at] : [];
    });
}

export function readRepositoryFile(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
