import { setMaxListeners } from "node:events";
import { parseTriggerSpec } from "@millrace/api";
import type { Catalog, DatabaseInfo, TriggerInfo } from "../../catalog/index.ts";
import type { Clock } from "../../foundation/index.ts";
import { type Batcher, DataWriteFeed, type QueueLimits } from "../data-writes/index.ts";
import type { InterpreterPool, Seat } from "../interpreters/index.ts";
import { type EndedRun, type PluginRunner, TriggerExecution } from "../invocation/index.ts";
import type { TriggerLog } from "../logs/index.ts";
import type { PluginSource } from "../plugin-files/index.ts";
import { RequestEndpoint, type RequestRoutes } from "../requests/index.ts";
import { runTimes, ScheduleLoop } from "../schedules/index.ts";
import { InFlight } from "../timing/index.ts";
import type { ManualInput } from "./manual-input.ts";
import { logFailure } from "./run-report.ts";

/** The catalog as far as the engine reads it. */
export type EngineCatalog = Pick<Catalog, "database" | "databaseById" | "databases" | "onChange" | "draft">;

/** What triggers run on. */
export interface TriggerMachinery {
  readonly catalog: EngineCatalog;
  readonly pool: InterpreterPool;
  readonly runner: PluginRunner;
  readonly log: TriggerLog;
  readonly batcher: Batcher;
  readonly routes: RequestRoutes;
  readonly queueLimits: QueueLimits;
  /** Runs of one `run_async` trigger that may overlap. */
  readonly maxConcurrent: number;
  readonly clock: Clock;
}

export interface StartOptions {
  readonly database: DatabaseInfo;
  readonly trigger: TriggerInfo;
  readonly source: PluginSource;
  /** Differs at each start, so that a trigger begins with an empty cache. */
  readonly cacheNamespace: string;
  readonly disable: (reason: string) => void;
  /** Waits for nothing: there to be run by hand only. */
  readonly dormant?: boolean;
}

/** The part of a trigger that makes it run: writes, times or requests. */
interface Activity {
  /** What waits for the next call, where writes do. */
  readonly queued?: { readonly queuedRows: number; readonly queuedBytes: number };
  detach(): void;
  idle(): Promise<void>;
}

const DORMANT: Activity = { detach: () => {}, idle: async () => {} };

/** A trigger at work. */
export class RunningTrigger {
  readonly trigger: TriggerInfo;
  readonly #machinery: TriggerMachinery;
  readonly #seat: Seat;
  readonly #stopping = new AbortController();
  readonly #execution: TriggerExecution;
  readonly #activity: Activity;
  readonly #manualRuns = new InFlight(Number.POSITIVE_INFINITY);
  #stopped: Promise<void> | undefined;

  constructor(machinery: TriggerMachinery, options: StartOptions) {
    const { trigger, database, disable } = options;
    this.trigger = trigger;
    this.#machinery = machinery;
    // Each waiting request listens for the trigger's end.
    setMaxListeners(0, this.#stopping.signal);
    this.#seat = machinery.pool.seat({
      database: String(database.id),
      cacheNamespace: options.cacheNamespace,
      maxLanes: trigger.runAsync ? machinery.maxConcurrent : 1,
    });
    this.#execution = new TriggerExecution({
      trigger,
      database: database.name,
      cacheNamespace: options.cacheNamespace,
      source: options.source,
      seat: this.#seat,
      runner: machinery.runner,
      log: machinery.log,
      clock: machinery.clock,
      signal: this.#stopping.signal,
      disable: (reason) => {
        this.halt();
        disable(reason);
      },
    });
    this.#activity = options.dormant === true ? DORMANT : this.#begin(this.#execution, database);
  }

  get queuedRows(): number {
    return this.#activity.queued?.queuedRows ?? 0;
  }

  get queuedBytes(): number {
    return this.#activity.queued?.queuedBytes ?? 0;
  }

  /** No further run begins; the ones at work go on. */
  halt(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(new Error(`trigger ${this.trigger.name} is stopping`));
    this.#activity.detach();
  }

  /** One run beside those that the trigger has anyway; rejects when it could not begin. */
  async runNow({ input, rows }: ManualInput, by: string | undefined): Promise<EndedRun> {
    const run = this.#execution.once(input, { rows, run: by });
    const settled = run.then(
      () => {},
      () => {},
    );
    this.#manualRuns.add(settled);
    const ended = await run;
    logFailure(ended, this.trigger.runAsync);
    return ended;
  }

  /** Resolves when nothing of the trigger runs any more. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  /** Whether the run that asks for something would wait for itself if it waited for the end of this. */
  isAskedBy(run: string | undefined): boolean {
    return this.#machinery.pool.isAskedBy(this.#seat, run);
  }

  async #stop(): Promise<void> {
    this.halt();
    await this.#activity.idle();
    await this.#manualRuns.allDone();
    await this.#machinery.pool.leave(this.#seat);
  }

  #begin(execution: TriggerExecution, database: DatabaseInfo): Activity {
    const { clock, batcher, routes, catalog, queueLimits } = this.#machinery;
    const { trigger } = this;
    const maxConcurrent = trigger.runAsync ? this.#machinery.maxConcurrent : 1;
    const spec = parseTriggerSpec(trigger.specification);
    if (spec.kind === "request") {
      const endpoint = new RequestEndpoint(spec.path, trigger.name, execution);
      routes.add(endpoint);
      return { detach: () => routes.remove(endpoint), idle: () => endpoint.idle() };
    }
    if (spec.kind === "every" || spec.kind === "cron") {
      const { signal } = this.#stopping;
      const loop = new ScheduleLoop({ times: runTimes(spec), execution, maxConcurrent, clock, signal });
      return { detach: () => {}, idle: () => loop.idle() };
    }
    const table = spec.kind === "table" ? spec.table : undefined;
    const feed = new DataWriteFeed({
      triggerId: trigger.id,
      databaseId: database.id,
      table,
      tableId: () => catalog.databaseById(database.id)?.table(table ?? "")?.id,
      maxConcurrent,
      limits: queueLimits,
      refused: batcher.refused,
      onRoom: (databaseId) => batcher.feedHasRoom(databaseId),
      execution,
      clock,
    });
    batcher.add(feed);
    return { queued: feed, detach: () => batcher.remove(feed), idle: () => feed.idle() };
  }
}
