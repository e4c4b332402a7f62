#!/usr/bin/env node
// Builds every package: types and JavaScript with tsc, Python and other assets copied beside the code, the programs
// once more as bundles, because neither a command nor an editor should wait for hundreds of small files to load, and
// the memory of a booted Python.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const compiled = spawnSync(process.execPath, [tsc, "-b"], { cwd: root, stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const name of readdirSync(path.join(root, "packages"))) {
  const source = path.join(root, "packages", name, "src");
  if (existsSync(source)) copyAssets(source, path.join(root, "packages", name, "dist"));
}
await bundleProgram(path.join(root, "packages", "cli"));
await bundleProgram(path.join(root, "packages", "language-server"));
// What `influxdb3 init plugin` copies.
cpSync(path.join(root, "templates"), path.join(root, "packages", "cli", "bundle", "templates"), {
  recursive: true,
});
await import("../packages/plugin-runtime/scripts/ship-snapshot.mjs");

/** tsc leaves everything that is not TypeScript behind. */
function copyAssets(from, to) {
  cpSync(from, to, { recursive: true, filter: (file) => !/\.tsx?$/.test(file) });
}

async function bundleProgram(directory) {
  const outdir = path.join(directory, "bundle");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [path.join(directory, "dist", "main.js")],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: true,
    logLevel: "warning",
    // Some dependencies are CommonJS and call `require` for Node's own modules.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    plugins: [
      { name: "what starts threads stays outside", setup: keepThreadsOutside },
      { name: "the SQL parser's WebAssembly lies beside", setup: keepWasmBeside },
    ],
  });
}

/**
 * The database and the sandbox of plugins start threads from files of their own, and are loaded only when they are to
 * run. The server's option table is needed for help and comes along.
 */
function keepThreadsOutside(bundler) {
  bundler.onResolve({ filter: /^@millrace\/(server|plugin-runtime)$/ }, ({ path: name }) => ({
    path: name,
    external: true,
  }));
}

/** The parser looks for its machine code at a path from its own source, which a bundle does not have. */
function keepWasmBeside(bundler) {
  const wasm = "sqlparser_rs_wasm_bg.wasm";
  bundler.onLoad({ filter: /sqlparser-ts[\\/]dist[\\/]index\.mjs$/ }, ({ path: source }) => {
    const directory = path.dirname(source);
    cpSync(path.join(directory, "..", "wasm", wasm), path.join(bundler.initialOptions.outdir, wasm));
    const contents = readFileSync(source, "utf8").replaceAll(`"../wasm/${wasm}"`, `"./${wasm}"`);
    return { contents, resolveDir: directory };
  });
}
