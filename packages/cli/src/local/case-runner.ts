import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  type CaseHost,
  type CaseResult,
  type FileCase,
  runCase,
  SeededQueries,
  type SeedServer,
} from "@millrace/plugin-runtime";
import { LocalError } from "./local-error.ts";
import { type PluginSource, pluginDirectory, readPlugin } from "./plugin-source.ts";
import { Sandbox, type SandboxOptions } from "./sandbox.ts";
import type { LoadedTestFile } from "./test-files.ts";

export type CaseRunnerOptions = Omit<SandboxOptions, "answerQuery"> & { readonly nowNs: () => bigint };

/** Runs the cases of test files, one after another, in one interpreter as long as the plugins share a directory. */
export class CaseRunner {
  readonly #options: CaseRunnerOptions;
  readonly #queries = new SeededQueries(startDatabase);
  #sandbox: { readonly directory: string; readonly opened: Sandbox } | undefined;

  constructor(options: CaseRunnerOptions) {
    this.#options = options;
  }

  async run(file: LoadedTestFile, test: FileCase): Promise<CaseResult> {
    return await runCase(file.tests, test, await this.#host(file));
  }

  async close(): Promise<void> {
    await this.#sandbox?.opened.close();
    this.#sandbox = undefined;
    await this.#queries.close();
  }

  async #host({ path: testFile, plugin }: LoadedTestFile): Promise<CaseHost> {
    const sandbox = await this.#sandboxFor(plugin);
    const queries = this.#queries;
    return {
      plugin: readPlugin(plugin),
      run: (request) => sandbox.run(request),
      dropCache: (namespace) => sandbox.dropCache(namespace),
      prepareQueries: async (seed, nowNs) => queries.prepare(seed, nowNs),
      query: (request) => queries.answer(request),
      readText: (relative) => readText(path.resolve(path.dirname(testFile), relative)),
      nowNs: this.#options.nowNs,
    };
  }

  async #sandboxFor(plugin: PluginSource): Promise<Sandbox> {
    const directory = pluginDirectory(plugin);
    if (this.#sandbox?.directory === directory) return this.#sandbox.opened;
    await this.#sandbox?.opened.close();
    const answerQuery = (request: Parameters<SeededQueries["answer"]>[0]) => this.#queries.answer(request);
    const opened = await Sandbox.open(plugin, { ...this.#options, answerQuery });
    this.#sandbox = { directory, opened };
    return opened;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new LocalError(`the recording cannot be read: ${file}`);
  }
}

/** The database is far bigger than all of the command line; most cases ask nothing. */
async function startDatabase(): Promise<SeedServer> {
  return await (await import("./throwaway-server.ts")).ThrowawayServer.start();
}
