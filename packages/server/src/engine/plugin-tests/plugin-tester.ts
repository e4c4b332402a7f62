import type {
  RequestPluginTestBody,
  RequestPluginTestResponse,
  SchedulePluginTestBody,
  SchedulePluginTestResponse,
  WalPluginTestBody,
  WalPluginTestResponse,
} from "@millrace/api";
import { Precision } from "@millrace/line-protocol";
import {
  describeRequestTest,
  describeTest,
  failedTest,
  nextRun,
  type PluginInput,
  type RunLimits,
  refusalText,
  triggerTimeText,
} from "@millrace/plugin-runtime";
import type { Catalog } from "../../catalog/index.ts";
import { type Clock, ServerError } from "../../foundation/index.ts";
import type { InterpreterPool, RunHost, RunOutcome, RunRequest } from "../interpreters/index.ts";
import type { PluginDirectory } from "../plugin-files/index.ts";
import { requestOf, statusProblem } from "../requests/index.ts";
import { parseTimeNs } from "../timing/index.ts";
import { encodeLines } from "../write-back/index.ts";
import { dryWrite } from "./dry-write.ts";
import { TestSeats } from "./test-seats.ts";
import { type TestedPlugin, testedPlugin } from "./tested-plugin.ts";

export interface TesterOptions {
  readonly catalog: Pick<Catalog, "database" | "draft">;
  readonly directory: PluginDirectory;
  /** Where Python sees the plugin directory, and with it packages that come with a test. */
  readonly fileRoot: string;
  /** Tests have interpreters of their own. */
  readonly pool: InterpreterPool;
  readonly nextRunId: () => string;
  readonly clock: Clock;
  readonly limits: Partial<RunLimits>;
  readonly queueTimeoutMs: number;
}

type TestBody = Omit<WalPluginTestBody, "input_lp">;

const DEFAULT_CACHE_NAME = "_shared_test";
const NS_PER_MS = 1_000_000n;
/** A test collects what a plugin does; nothing of it reaches the server. */
const NO_EFFECT: RunHost = { log: () => {}, print: () => {}, writeSync: async () => undefined };

/** Runs plugins to see what they would do: docs/reference/triggers.md, "Plugin tests". */
export class PluginTester {
  readonly #options: TesterOptions;
  readonly #seats: TestSeats;

  constructor(options: TesterOptions) {
    this.#options = options;
    this.#seats = new TestSeats(options.pool);
  }

  async testWal(body: WalPluginTestBody): Promise<WalPluginTestResponse> {
    const plugin = await this.#plugin(body);
    const nowNs = this.#nowNs(body);
    const bytes = new TextEncoder().encode(body.input_lp);
    const problem = await dryWrite(this.#options.catalog, body.database, bytes);
    if (problem?.kind === "name") return failedTest(`invalid database ${body.database}`);
    if (problem !== undefined) return failedTest(`line protocol parse failed: ${problem.text}`);
    const frame = { precision: Precision.nanosecond, defaultTimeNs: nowNs, bytes };
    const input: PluginInput = { kind: "writes", batches: { frames: [frame] } };
    const outcome = await this.#run(body, plugin, input);
    return await this.#withRefusals(await describeTest(input, outcome));
  }

  async testSchedule(body: SchedulePluginTestBody): Promise<SchedulePluginTestResponse> {
    const plugin = await this.#plugin(body);
    const nowMs = Number(this.#nowNs(body) / NS_PER_MS);
    const notRun = (error: string) => ({ trigger_time: null, ...failedTest(error) });
    if (this.#options.catalog.database(body.database) === undefined) return notRun("couldn't find db");
    const runMs = nextRun(body.schedule, nowMs);
    if (typeof runMs !== "number") return notRun(runMs.error);
    const input: PluginInput = { kind: "schedule", callTimeNs: BigInt(runMs) * NS_PER_MS };
    const outcome = await this.#run(body, plugin, input);
    const trigger_time = outcome.ok ? triggerTimeText(runMs) : null;
    return { trigger_time, ...(await this.#withRefusals(await describeTest(input, outcome))) };
  }

  async testRequest(body: RequestPluginTestBody): Promise<RequestPluginTestResponse> {
    const plugin = await this.#plugin(body);
    const problem = await dryWrite(this.#options.catalog, body.database, new Uint8Array(0));
    if (problem?.kind === "name") {
      return { response: null, ...failedTest(`invalid database ${body.database}`) };
    }
    const input: PluginInput = { kind: "request", request: requestOf(body) };
    const outcome = await this.#run(body, plugin, input);
    const result = await this.#withRefusals(await describeRequestTest(input, outcome));
    const unusable = statusProblem(outcome.response);
    return unusable === undefined ? result : { ...result, errors: [...result.errors, unusable] };
  }

  async #plugin(body: TestBody): Promise<TestedPlugin> {
    const { directory, fileRoot } = this.#options;
    return await testedPlugin(body, directory, fileRoot);
  }

  async #run(body: TestBody, { code, files }: TestedPlugin, input: PluginInput): Promise<RunOutcome> {
    const { pool, queueTimeoutMs, limits, nextRunId } = this.#options;
    const { database, now } = body;
    const cacheNamespace = `test/${body.cache_name ?? DEFAULT_CACHE_NAME}`;
    const request: RunRequest = {
      ...input,
      runId: nextRunId(),
      plugin: code,
      database,
      args: body.input_arguments ?? null,
      cacheNamespace,
      test: true,
      limits,
      network: body.allow_network === true,
      ...(now === undefined || now === null ? {} : { frozenTimeNs: this.#nowNs(body) }),
      ...(files === undefined ? {} : { files }),
    };
    const seat = this.#seats.get(database, cacheNamespace);
    const lease = await pool.acquire(seat, { deadlineMs: queueTimeoutMs, run: request.runId });
    try {
      return await lease.interpreter.run(request, NO_EFFECT);
    } finally {
      lease.release();
    }
  }

  /** The time that the test asks for, or the server's. */
  #nowNs({ now }: TestBody): bigint {
    if (now === undefined || now === null) return this.#options.clock.nowNs();
    const timeNs = parseTimeNs(now);
    if (timeNs !== undefined) return timeNs;
    throw new ServerError("json_invalid", {
      detail: `now: '${now}' is not an RFC 3339 time such as 2030-01-31T00:00:00Z`,
    });
  }

  /** With what the would-be writes would have been refused for. */
  async #withRefusals<Result extends WalPluginTestResponse>(result: Result): Promise<Result> {
    const problems: string[] = [];
    for (const [database, texts] of Object.entries(result.database_writes)) {
      const lines = await encodeLines(texts);
      const problem = await dryWrite(this.#options.catalog, database, lines);
      if (problem !== undefined) problems.push(refusalText(database, problem));
    }
    return problems.length === 0 ? result : { ...result, errors: [...result.errors, ...problems] };
  }
}
