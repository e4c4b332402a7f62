import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface SourceFile {
  /** From the repository root, with forward slashes. */
  path: string;
  text: string;
  lines: readonly string[];
}

/** What git tracks or would track, outside generated and vendored places. */
export function repositoryFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
}

export function readSources(filter: (file: string) => boolean): SourceFile[] {
  return repositoryFiles()
    .filter(filter)
    .map((file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      return { path: file, text, lines: text.split("\n") };
    });
}

export interface Import {
  file: string;
  specifier: string;
  /** `import type`: gone at run time. */
  typeOnly: boolean;
}

export function importsOf(source: SourceFile): Import[] {
  const found = source.text.matchAll(/(?:\b(im|ex)port (type )?[^;"]*?\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
  return [...found].map((match) => ({
    file: source.path,
    specifier: match[3]!,
    typeOnly: match[2] !== undefined,
  }));
}
