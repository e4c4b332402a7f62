import { cpSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/** Bundles a program of ours with what it imports; `changes` are options of esbuild's for another home than npm. */
export async function bundleProgram(entryPoint, outdir, changes = {}) {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [entryPoint],
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
    ...changes,
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
