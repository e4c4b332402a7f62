#!/usr/bin/env node
// Builds every package: types and JavaScript with tsc, Python and other assets copied beside the code.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const compiled = spawnSync(process.execPath, [tsc, "-b"], { cwd: root, stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const name of readdirSync(path.join(root, "packages"))) {
  const source = path.join(root, "packages", name, "src");
  if (existsSync(source)) copyAssets(source, path.join(root, "packages", name, "dist"));
}

/** tsc leaves everything that is not TypeScript behind. */
function copyAssets(from, to) {
  cpSync(from, to, { recursive: true, filter: (file) => !/\.tsx?$/.test(file) });
}
