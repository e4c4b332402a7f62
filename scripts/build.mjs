#!/usr/bin/env node
// Builds every package: types and JavaScript with tsc, Python and other assets copied beside the code, the programs
// once more as bundles, because neither a command nor an editor should wait for hundreds of small files to load, and
// the memory of a booted Python.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "./bundle-program.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const compiled = spawnSync(process.execPath, [tsc, "-b"], { cwd: root, stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const name of readdirSync(path.join(root, "packages"))) {
  const source = path.join(root, "packages", name, "src");
  if (existsSync(source)) copyAssets(source, path.join(root, "packages", name, "dist"));
}
for (const name of ["cli", "language-server"]) {
  const directory = path.join(root, "packages", name);
  await bundleProgram(path.join(directory, "dist", "main.js"), path.join(directory, "bundle"));
}
// What `influxdb3 init plugin` copies.
cpSync(path.join(root, "templates"), path.join(root, "packages", "cli", "bundle", "templates"), {
  recursive: true,
});
await import("../packages/plugin-runtime/scripts/ship-snapshot.mjs");

/** tsc leaves everything that is not TypeScript behind. */
function copyAssets(from, to) {
  cpSync(from, to, { recursive: true, filter: (file) => !/\.tsx?$/.test(file) });
}
