import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PluginRuntime, type QueryReply, type QueryRequest, serveQueries } from "@millrace/plugin-runtime";
import { type NewTrigger, ProcessingEngine, pythonStarter, SharedCache } from "#src/engine/index.js";
import { type LogFields, silentLogger, systemClock } from "#src/foundation/index.js";
import { type Rig, rig, rowsOf } from "../../ingest/rig.ts";
import { until } from "./fake-clock.ts";

/** Building its snapshot takes seconds: one for all test files. */
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

  static async create(): Promise<RealEngine> {
    const real = new RealEngine();
    real.pluginDir = await mkdtemp(path.join(tmpdir(), "engine-python-"));
    real.base = await rig({ clock: systemClock });
    await real.base.write("cpu,host=a usage=0");
    real.engine = new ProcessingEngine({
      catalog: real.base.catalog,
      triggerCommands: real.base.catalog.triggerCommands,
      writePath: real.base.path,
      startInterpreter: pythonStarter({
        createRuntime: () => {
          runtime ??= PluginRuntime.create();
          return runtime;
        },
        clock: systemClock,
        globalCache: new SharedCache(systemClock),
        connectQueries: (link) => {
          serveQueries(link, async (request) => {
            real.queries.push(request);
            return real.answer;
          });
        },
        environment: { PLUGIN_DIR: real.pluginDir },
        heapBytes: 256 * 2 ** 20,
      }),
      clock: systemClock,
      logger: {
        ...silentLogger,
        error: (message, fields) => void real.errors.push({ message, fields }),
      },
      pluginDir: real.pluginDir,
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
      .filter((row) => row.triggerName === trigger)
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
    await rm(this.pluginDir, { recursive: true, force: true });
  }
}
