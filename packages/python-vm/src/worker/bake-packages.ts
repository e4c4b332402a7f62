import { monotonicMs } from "../clock/index.ts";
import { mountHostFiles } from "../host-files/index.ts";
import { ControlWords, type UnbakedModule, type WorkerSetup } from "../protocol/index.ts";
import { type ImportGate, tameRealm } from "../sandbox/index.ts";
import { CPython } from "./cpython.ts";
import { closeFiles } from "./interpreter-files.ts";
import { PackageFiles } from "./package-files.ts";
import type { Pyodide } from "./pyodide.ts";

/** What is imported after this time is imported when it is asked for. */
const BAKE_MAX_MS = 60_000;
/** Every interpreter starts with a copy of this memory. */
const BAKED_HEAP_MAX_BYTES = 128 * 1024 * 1024;

/**
 * Imports installed packages, so that the snapshot which is taken next holds them. Their code is as little trusted as
 * a plugin's: it runs behind the locked gate.
 */
export function bakePackages(
  pyodide: Pyodide,
  gate: ImportGate,
  setup: WorkerSetup,
  onImport: (module: string) => void,
): UnbakedModule[] {
  const { bake, sitePackages } = setup;
  if (bake === undefined || sitePackages === undefined) return [];
  const python = new CPython(pyodide._module);
  closeFiles(pyodide, setup, () => {});
  mountHostFiles({
    fs: pyodide._module.FS,
    memory: pyodide._module,
    files: new PackageFiles(sitePackages.path, bake.directory),
    paths: [sitePackages.path],
  });
  callText(python, "prepare_packages", sitePackages.path, sitePackages.prefix);
  tameRealm();
  gate.lock((text) => python.raise("PermissionError", text));
  const control = new ControlWords(setup.control);
  pyodide.setInterruptBuffer(control.signalByte);
  const unbaked: UnbakedModule[] = [];
  const endMs = monotonicMs() + BAKE_MAX_MS;
  for (const name of bake.modules) {
    const reason = reasonAgainst(pyodide, endMs) ?? importPackage(python, control, name, onImport);
    if (reason !== "") unbaked.push({ name, reason });
  }
  pyodide.setInterruptBuffer(undefined);
  return unbaked;
}

function reasonAgainst(pyodide: Pyodide, endMs: number): string | undefined {
  if (monotonicMs() > endMs) return "the packages before it took all the time there was";
  if (pyodide._module.HEAPU8.length > BAKED_HEAP_MAX_BYTES)
    return "the packages before it took all the memory";
  return undefined;
}

function importPackage(
  python: CPython,
  control: ControlWords,
  name: string,
  onImport: (module: string) => void,
): string {
  onImport(name);
  control.clearInterrupt();
  return callText(python, "import_package", name);
}

/** Calls a function of the start-up code, with texts and for a text or None. */
function callText(python: CPython, name: string, ...texts: string[]): string {
  const module = python.importModule("_millrace_vm");
  const callable = python.attribute(module, name);
  const result = python.call(
    callable,
    texts.map((text) => python.newString(text)),
  );
  const answer = python.isNone(result) ? "" : python.readString(result);
  for (const object of [module, callable, result]) python.release(object);
  return answer;
}
