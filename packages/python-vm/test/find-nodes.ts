import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

export interface NodeBinary {
  readonly file: string;
  readonly version: string;
}

/** Directories in which version managers keep one directory per version, and where in that the binary lies. */
const MANAGED = [
  [path.join(homedir(), ".nvm/versions/node"), "bin/node"],
  [path.join(homedir(), ".volta/tools/image/node"), "bin/node"],
  [path.join(homedir(), ".local/share/fnm/node-versions"), "installation/bin/node"],
  [path.join(homedir(), ".asdf/installs/nodejs"), "bin/node"],
  ["/usr/local/n/versions/node", "bin/node"],
] as const;
const OLDEST_MAJOR = 20;

/** Other supported versions of Node on this machine, one binary for each major version. */
export function findOtherNodes(): NodeBinary[] {
  const named = (process.env["MILLRACE_NODE_BINARIES"] ?? "").split(path.delimiter).filter(Boolean);
  const onPath = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .flatMap((directory) =>
      ["node20", "node22", "node24", "node26"].map((name) => path.join(directory, name)),
    );
  const managed = MANAGED.flatMap(([directory, binary]) =>
    existsSync(directory) ? readdirSync(directory).map((name) => path.join(directory, name, binary)) : [],
  );
  const byMajor = new Map<number, NodeBinary>();
  for (const file of [...named, ...[...onPath, ...managed].filter((candidate) => existsSync(candidate))]) {
    const version = execFileSync(file, ["--version"], { encoding: "utf8", timeout: 10_000 }).trim();
    const major = majorOf(version);
    if (major >= OLDEST_MAJOR && major !== majorOf(process.version) && !byMajor.has(major))
      byMajor.set(major, { file, version });
  }
  return [...byMajor.values()];
}

function majorOf(version: string): number {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}
