import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
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

/** Our own Python code, read from the sources in a checkout and from dist in an installed package. */
export async function readVmPrelude(): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  const inSources = path.resolve(here, "../../../src/prelude/vm.py");
  const inDist = path.resolve(here, "../../prelude/vm.py");
  return readFile(inSources, "utf8").catch(() => readFile(inDist, "utf8"));
}
