import type {
  SchedulePluginTestBody,
  SchedulePluginTestResponse,
  WalPluginTestBody,
  WalPluginTestResponse,
} from "@millrace/api";
import { Precision } from "@millrace/line-protocol";
import type { RunLimits } from "@millrace/plugin-runtime";
import type { Catalog } from "../../catalog/index.ts";
import type { Clock } from "../../foundation/index.ts";
import type { InterpreterPool, RunHost, RunOutcome, RunRequest } from "../interpreters/index.ts";
import { type CallInput, startText } from "../invocation/index.ts";
import type { PluginDirectory } from "../plugin-files/index.ts";
import { dryWrite, type LineProblem } from "./dry-write.ts";
import { nextRun } from "./next-run.ts";
import { failure, report } from "./report.ts";
import { TestSeats } from "./test-seats.ts";

export interface TesterOptions {
  readonly catalog: Pick<Catalog, "database" | "draft">;
  readonly directory: PluginDirectory;
  /** Tests have interpreters of their own. */
  readonly pool: InterpreterPool;
  readonly clock: Clock;
  readonly limits: Partial<RunLimits>;
  readonly queueTimeoutMs: number;
}

type TestBody = Pick<
  WalPluginTestBody,
  "filename" | "database" | "source" | "cache_name" | "input_arguments"
>;

const DEFAULT_CACHE_NAME = "_shared_test";
/** A test collects what a plugin does; nothing of it reaches the server. */
const NO_EFFECT: RunHost = { log: () => {}, print: () => {}, writeSync: async () => undefined };

/** Runs plugins to see what they would do: docs/reference/triggers.md, "Plugin tests". */
export class PluginTester {
  readonly #options: TesterOptions;
  readonly #seats: TestSeats;
  #lastRun = 0;

  constructor(options: TesterOptions) {
    this.#options = options;
    this.#seats = new TestSeats(options.pool);
  }

  async testWal(body: WalPluginTestBody): Promise<WalPluginTestResponse> {
    const { catalog, clock } = this.#options;
    const plugin = await this.#plugin(body);
    const bytes = new TextEncoder().encode(body.input_lp);
    const problem = await dryWrite(catalog, body.database, bytes);
    if (problem?.kind === "name") return failure(`invalid database ${body.database}`);
    if (problem !== undefined) return failure(`line protocol parse failed: ${problem.text}`);
    const frame = { precision: Precision.nanosecond, defaultTimeNs: clock.nowNs(), bytes };
    return await this.#test(body, plugin, { kind: "writes", batches: { frames: [frame] } });
  }

  async testSchedule(body: SchedulePluginTestBody): Promise<SchedulePluginTestResponse> {
    const { catalog, clock } = this.#options;
    const plugin = await this.#plugin(body);
    const notRun = (error: string) => ({ trigger_time: null, ...failure(error) });
    if (catalog.database(body.database) === undefined) return notRun("couldn't find db");
    const runMs = nextRun(body.schedule, clock.nowMs());
    if (typeof runMs !== "number") return notRun(runMs.error);
    const callTimeNs = BigInt(runMs) * 1_000_000n;
    const result = await this.#test(body, plugin, { kind: "schedule", callTimeNs });
    const failed = result.traceback !== undefined;
    const time = new Date(runMs).toISOString().replace(".000Z", "Z");
    return { trigger_time: failed ? null : time, ...result };
  }

  async #plugin({ filename, source }: TestBody): Promise<RunRequest["plugin"]> {
    if (source !== undefined && source !== null) return { fileName: filename, source };
    const file = await this.#options.directory.open(filename);
    return { fileName: file.fileName, source: file.text };
  }

  async #test(
    body: TestBody,
    plugin: RunRequest["plugin"],
    input: CallInput,
  ): Promise<WalPluginTestResponse> {
    const { pool, queueTimeoutMs, limits } = this.#options;
    const { database } = body;
    const cacheNamespace = `test/${body.cache_name ?? DEFAULT_CACHE_NAME}`;
    const lease = await pool.acquire(this.#seats.get(database, cacheNamespace), {
      deadlineMs: queueTimeoutMs,
    });
    let outcome: RunOutcome;
    try {
      const request: RunRequest = {
        ...input,
        runId: `test ${++this.#lastRun}`,
        plugin,
        database,
        args: body.input_arguments ?? null,
        cacheNamespace,
        test: true,
        limits,
      };
      outcome = await lease.interpreter.run(request, NO_EFFECT);
    } finally {
      lease.release();
    }
    const result = report(startText(input), outcome);
    return { ...result, errors: [...result.errors, ...(await this.#refusals(result.database_writes))] };
  }

  /** What the would-be writes would have been refused for. */
  async #refusals(writes: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
    const problems: string[] = [];
    for (const [database, texts] of Object.entries(writes)) {
      const lines = new TextEncoder().encode(texts.join("\n"));
      const problem = await dryWrite(this.#options.catalog, database, lines);
      if (problem !== undefined) problems.push(refusalText(database, problem));
    }
    return problems;
  }
}

function refusalText(database: string, { kind, text }: LineProblem): string {
  switch (kind) {
    case "name":
      return `database name ${database} is invalid: ${text}`;
    case "syntax":
      return `line protocol parse error on write to db ${database}: ${text}`;
    case "schema":
      return `Failed to validate output lines to db ${database}: ${text}`;
  }
}
