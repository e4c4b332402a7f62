import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  FileSpace,
  PluginRuntime,
  type QueryReply,
  type QueryRequest,
  serveQueries,
} from "@millrace/plugin-runtime";
import { HostCaches, type NewTrigger, ProcessingEngine, PythonStarter } from "#src/engine/index.js";
import { type LogFields, silentLogger, systemClock } from "#src/foundation/index.js";
import { type Rig, rig, rowsOf } from "../../ingest/rig.ts";
import { until } from "./fake-clock.ts";
import { FakeRepository } from "./fake-repository.ts";

/** One for all test files, its snapshot kept beside the build: making one takes seconds. */
let runtime: Promise<PluginRuntime> | undefined;

/** The engine as the server builds it, over the real write path and real interpreters; queries are answered here. */
export class RealEngine {
  readonly queries: QueryRequest[] = [];
  /** What the server's log has of failures. */
  readonly errors: { message: string; fields: LogFields | undefined }[] = [];
  answer: QueryReply = { batches: [] };
  base!: Rig;
  engine!: ProcessingEngine;
  pluginDir!: string;
  /** Where what plugins write to files lies. */
  written!: string;
  readonly repository = new FakeRepository();

  static async create(): Promise<RealEngine> {
    const real = new RealEngine();
    real.pluginDir = await realpath(await mkdtemp(path.join(tmpdir(), "engine-python-")));
    real.written = await mkdtemp(path.join(tmpdir(), "engine-written-"));
    real.base = await rig({ clock: systemClock });
    await real.base.write("cpu,host=a usage=0");
    const caches = new HostCaches(systemClock);
    real.engine = new ProcessingEngine({
      catalog: real.base.catalog,
      triggerCommands: real.base.catalog.triggerCommands,
      writePath: real.base.path,
      startInterpreter: new PythonStarter({
        createRuntime: () => {
          const snapshotDirectory = fileURLToPath(new URL("../../../dist/.test-snapshot", import.meta.url));
          runtime ??= PluginRuntime.create({ snapshotDirectory });
          return runtime;
        },
        clock: systemClock,
        globalCache: caches.global,
        localCache: caches.local,
        connectQueries: (link) => {
          serveQueries(link, async (request) => {
            real.queries.push(request);
            return real.answer;
          });
        },
        files: new FileSpace({
          mounts: [
            { path: real.pluginDir, lower: real.pluginDir, upperOf: () => path.join(real.written, "t") },
          ],
          quotaBytes: 2 ** 20,
          quotaFiles: 100,
          nowMs: () => systemClock.nowMs(),
        }),
        environment: { PLUGIN_DIR: real.pluginDir },
        limits: { heapMaxBytes: 256 * 2 ** 20 },
      }).start,
      dropHostCache: (cacheNamespace) => caches.drop(cacheNamespace),
      clock: systemClock,
      logger: {
        ...silentLogger,
        error: (message, fields) => void real.errors.push({ message, fields }),
      },
      pluginDir: real.pluginDir,
      fileRoot: real.pluginDir,
      repository: { baseUrl: "http://repository.test/plugins", fetch: real.repository.fetch },
      allowedKinds: undefined,
      interpreters: 4,
      flushIntervalMs: 50,
      runLimits: { timeoutMs: 2_000, graceMs: 300 },
      testLimits: { timeoutMs: 2_000, graceMs: 300 },
      shutdownGraceMs: 100,
    });
    await real.engine.start();
    return real;
  }

  async plugin(name: string, source: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.pluginDir, name)), { recursive: true });
    await writeFile(path.join(this.pluginDir, name), source);
  }

  async trigger(
    options: Partial<NewTrigger> & Pick<NewTrigger, "name" | "pluginFilename" | "specification">,
  ) {
    await this.engine.createTrigger({
      database: "db",
      runAsync: false,
      errorBehavior: "log",
      arguments: null,
      disabled: false,
      ...options,
    });
  }

  rows(table: string, database = "db") {
    return rowsOf(this.base, table, database);
  }

  texts(trigger: string): string[] {
    return this.engine
      .logs()
      .filter((row) => row.trigger === trigger)
      .map(({ level, text }) => `${level} ${text}`);
  }

  async logged(trigger: string, pattern: RegExp): Promise<void> {
    await until(
      () => this.texts(trigger).some((text) => pattern.test(text)),
      `${pattern} of ${trigger}`,
      20_000,
    );
  }

  async close(): Promise<void> {
    await this.engine.stop();
    for (const directory of [this.pluginDir, this.written])
      await rm(directory, { recursive: true, force: true });
  }
}
