import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunRequest } from "@millrace/plugin-runtime";
import { NodeCatalog } from "#src/catalog/index.js";
import { type EngineOptions, type NewTrigger, ProcessingEngine } from "#src/engine/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { FakeClock, settle, until } from "./fake-clock.ts";
import { FakePython } from "./fake-python.ts";
import { FakeRepository } from "./fake-repository.ts";
import { FakeWritePath } from "./fake-write-path.ts";

/** An engine on a real catalog, with a clock, a Python and a write path that the test holds in its hands. */
export class TestEngine {
  readonly clock = new FakeClock();
  readonly python = new FakePython();
  readonly writes = new FakeWritePath();
  readonly repository = new FakeRepository();
  readonly pluginDir: string;
  catalog!: NodeCatalog;
  engine!: ProcessingEngine;
  readonly #store = new MemoryStore();
  readonly #options: Partial<EngineOptions>;

  private constructor(pluginDir: string, options: Partial<EngineOptions>) {
    this.pluginDir = pluginDir;
    this.#options = options;
  }

  static async create(options: Partial<EngineOptions> = {}, pluginDir?: string): Promise<TestEngine> {
    const test = new TestEngine(pluginDir ?? (await mkdtemp(path.join(tmpdir(), "engine-"))), options);
    await test.plugin("p.py");
    await test.boot();
    await test.catalog.databaseCommands.createTable(
      "db",
      "cpu",
      ["host"],
      [{ name: "usage", type: "float64" }],
    );
    return test;
  }

  /** As after a restart: the catalog is read from the store again. */
  async boot(): Promise<void> {
    this.catalog = await NodeCatalog.open({
      store: this.#store,
      nodeId: "n",
      logger: silentLogger,
      clock: this.clock,
    });
    this.engine = new ProcessingEngine({
      catalog: this.catalog,
      triggerCommands: this.catalog.triggerCommands,
      writePath: this.writes,
      startInterpreter: this.python.start,
      clock: this.clock,
      logger: silentLogger,
      pluginDir: this.pluginDir,
      fileRoot: "/plugins",
      repository: { baseUrl: "http://repository.test/plugins", fetch: this.repository.fetch },
      allowedKinds: undefined,
      interpreters: 8,
      flushIntervalMs: 1000,
      runLimits: {},
      testLimits: {},
      ...this.#options,
    });
    await this.engine.start();
  }

  async plugin(name: string, source = "# python"): Promise<void> {
    await mkdir(path.dirname(path.join(this.pluginDir, name)), { recursive: true });
    await writeFile(path.join(this.pluginDir, name), source);
  }

  async trigger(options: Partial<NewTrigger> = {}): Promise<void> {
    await this.engine.createTrigger({
      database: "db",
      name: "t",
      pluginFilename: "p.py",
      specification: "all_tables",
      runAsync: false,
      errorBehavior: "log",
      arguments: null,
      disabled: false,
      ...options,
    });
  }

  databaseId(name = "db"): number {
    const database = this.catalog.database(name);
    if (database === undefined) throw new Error(`no database ${name}`);
    return database.id;
  }

  tableId(table = "cpu", database = "db"): number {
    const found = this.catalog.database(database)?.table(table);
    if (found === undefined) throw new Error(`no table ${table}`);
    return found.id;
  }

  /** A user's write of lines of one table, durable at once. */
  write(text: string, table = "cpu", database = "db"): void {
    this.writes.deliver({
      databaseId: this.databaseId(database),
      tableIds: [this.tableId(table, database)],
      text,
    });
  }

  /** Waits until so many runs have begun: each begins with a look at the plugin's file, which takes real time. */
  async runsBegan(count: number): Promise<readonly RunRequest[]> {
    await until(() => this.python.runs.length >= count, `${count} runs`);
    await settle();
    return this.python.runs;
  }

  /** Moves the clock second by second until so many runs have begun. */
  async runsBeganWithin(seconds: number, count: number): Promise<readonly RunRequest[]> {
    for (let second = 0; second < seconds && this.python.runs.length < count; second++) {
      await this.clock.advance(1000);
    }
    return this.runsBegan(count);
  }

  /** Waits until a line of the log matches. */
  async logged(pattern: RegExp): Promise<void> {
    await until(() => this.logTexts().some((text) => pattern.test(text)), `the log line ${pattern}`);
  }

  logTexts(): string[] {
    return this.engine.logs().map(({ level, text }) => `${level} ${text}`);
  }

  async close(): Promise<void> {
    const stopping = this.engine.stop();
    await this.clock.advance(10_000);
    await stopping;
    await rm(this.pluginDir, { recursive: true, force: true });
  }
}

export function linesOf(run: RunRequest): string[] {
  if (run.kind !== "writes") throw new Error(`a ${run.kind} run has no lines`);
  return run.batches.frames.flatMap(({ bytes }) => new TextDecoder().decode(bytes).trimEnd().split("\n"));
}
