import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type EnvironmentProblem, type PythonEnvironment, PythonRuntime } from "@millrace/python-vm";
import { type InterpreterSettings, PluginInterpreter } from "./plugin-interpreter.ts";
import { readPrelude } from "./prelude.ts";

const require = createRequire(import.meta.url);

export interface PluginRuntimeOptions {
  /** Installed packages. Interpreters see their files if the files of `prefix` are served to them. */
  readonly environment?: PythonEnvironment;
  /** Told which of them could not be imported in advance. */
  readonly onEnvironmentProblem?: (problem: EnvironmentProblem) => void;
  /** Where the memory snapshot of the booted Python is kept between processes. */
  readonly snapshotDirectory?: string;
  readonly onCacheProblem?: (problem: unknown) => void;
}

/** Filled by the build (scripts/ship-snapshot.mjs), so that the first plugin of a new server does not wait for Python. */
const SHIPPED_SNAPSHOTS = new URL("../../snapshot/", import.meta.url);

/** What all interpreters of a process share. Create one per process; starting it takes seconds without a snapshot. */
export class PluginRuntime {
  readonly #python: PythonRuntime;

  private constructor(python: PythonRuntime) {
    this.#python = python;
  }

  static async create(options: PluginRuntimeOptions = {}): Promise<PluginRuntime> {
    const here = fileURLToPath(import.meta.url);
    const python = await PythonRuntime.create({
      shippedSnapshots: fileURLToPath(SHIPPED_SNAPSHOTS),
      ...options,
      workerUrl: new URL("../worker/main.js", import.meta.url),
      prelude: await readPrelude(),
      readablePaths: [path.resolve(here, "../../.."), ...codeDirectories()],
    });
    return new PluginRuntime(python);
  }

  startInterpreter(settings: InterpreterSettings): Promise<PluginInterpreter> {
    return PluginInterpreter.start(this.#python, settings);
  }
}

/** Where the packages live that the worker's code imports. */
function codeDirectories(): string[] {
  return ["@millrace/line-protocol", "@millrace/python-vm"].map((name) =>
    path.resolve(require.resolve(name), "../.."),
  );
}
