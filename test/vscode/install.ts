// Installs what the tests of the extension run in: outside of the repository, because it is large and of no use for
// anything else. What is installed already is left as it is.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const here = import.meta.dirname;
/** Parts of the editor that no test uses, a third of its size. */
const UNUSED = ["@github", "@microsoft/mxc-sdk", "@devcontainers"];
const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** The folder whose `node_modules` has code-server, its Node and playwright-core. */
export function install(): string {
  const lock = readFileSync(path.join(here, "package-lock.json"));
  const version = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const cache = process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache");
  const directory = path.join(cache, "millrace", `vscode-${version}`);
  const stamp = path.join(directory, "installed");
  if (existsSync(stamp)) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    cpSync(path.join(here, file), path.join(directory, file));
  npm(directory, "ci", ...QUIET);
  // What the package's own script does after the installation, without the parts that it compiles.
  const editor = path.join(directory, "node_modules", "code-server", "lib", "vscode");
  npm(editor, "install", "--omit=dev", ...QUIET);
  symlinkSync("node_modules", path.join(editor, "node_modules.asar"));
  for (const name of UNUSED)
    rmSync(path.join(editor, "node_modules", name), { recursive: true, force: true });
  writeFileSync(stamp, "");
  return directory;
}

function npm(cwd: string, ...args: string[]): void {
  const { status } = spawnSync("npm", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`npm ${args[0]} failed in ${cwd}`);
}
