import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PreludeModule } from "../protocol/index.ts";
import { type CompiledModule, webAssembly } from "../webassembly/index.ts";

const require = createRequire(import.meta.url);

export interface PyodideFiles {
  readonly directory: string;
  readonly version: string;
  /** Everything that a worker must be able to read: Pyodide, the module it imports, and our own code. */
  readonly readablePaths: readonly string[];
}

/** Finds Pyodide wherever the package manager put it. */
export async function findPyodide(): Promise<PyodideFiles> {
  const manifest = realpathSync(require.resolve("pyodide/package.json"));
  const directory = path.dirname(manifest);
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  // Pyodide imports `ws` at start-up though nothing here ever opens a socket.
  const sockets = path.dirname(createRequire(manifest).resolve("ws"));
  const ownPackage = path.resolve(fileURLToPath(import.meta.url), "../../..");
  return { directory, version, readablePaths: [directory, realpathSync(sockets), sockets, ownPackage] };
}

export async function compilePyodide(files: PyodideFiles): Promise<CompiledModule> {
  return webAssembly.compile(new Uint8Array(await readFile(path.join(files.directory, "pyodide.asm.wasm"))));
}

/** In the order in which they import each other. */
const PRELUDE = ["concurrency", "vm"] as const;

/** Our own Python code, read from the sources in a checkout and from dist in an installed package. */
export async function readVmPrelude(): Promise<PreludeModule[]> {
  const here = fileURLToPath(import.meta.url);
  const read = (name: string) =>
    readFile(path.resolve(here, `../../../src/prelude/${name}.py`), "utf8").catch(() =>
      readFile(path.resolve(here, `../../prelude/${name}.py`), "utf8"),
    );
  return Promise.all(PRELUDE.map(async (name) => ({ name: `_millrace_${name}`, source: await read(name) })));
}
