import type { PluginCode, PluginInput } from "@millrace/plugin-runtime";
import type { Clock } from "../../foundation/index.ts";
import type { WriteOrigin } from "../../ingest/index.ts";
import type { Seat } from "../interpreters/index.ts";
import type { LogLevel, TriggerLog, TriggerName } from "../logs/index.ts";
import { RunOrigin } from "../loops/index.ts";
import type { PluginSource } from "../plugin-files/index.ts";
import { kindName, type RunRecorder } from "../runs/index.ts";
import { eitherOf, sleep } from "../timing/index.ts";
import type { PluginCall } from "./plugin-call.ts";
import type { EndedRun, PluginRunner } from "./runner.ts";
import { failureTexts } from "./texts.ts";

export interface ExecutionOptions {
  readonly trigger: {
    readonly id: number;
    readonly databaseId: number;
    readonly name: string;
    readonly runAsync: boolean;
    readonly errorBehavior: "log" | "retry" | "disable";
    readonly arguments: Readonly<Record<string, string>> | null;
  };
  readonly database: string;
  readonly cacheNamespace: string;
  readonly source: PluginSource;
  readonly seat: Seat;
  readonly runner: PluginRunner;
  readonly log: TriggerLog;
  readonly clock: Clock;
  /** Aborted when the trigger stops: waits end, no further attempt begins. */
  readonly signal: AbortSignal;
  /** Asks for the trigger to be disabled; must not wait for the run that asks. */
  readonly disable: (reason: string) => void;
}

/** `record: undefined`: there was no interpreter for it, which is no fault of the plugin. */
type Failure = { readonly record: RunRecorder | undefined; readonly error: string };

/** What is known of an input beside itself. */
interface InputFacts {
  readonly rows?: number;
  readonly origins?: Iterable<WriteOrigin | undefined>;
}

const RETRY_STEP_MS = 1_000;
const MAX_RETRY_STEPS = 30;

/** Who waits for a run. */
export interface Caller {
  /** Aborted when nobody waits for the run any more: it then ends its wait for an interpreter. */
  readonly gone?: AbortSignal | undefined;
  /** The run whose plugin asked the server for this one. */
  readonly run?: string | undefined;
}

export interface OnceOptions extends Caller {
  /** Rows handed to the plugin, for its record. */
  readonly rows?: number;
}

/** Runs one trigger's plugin: always with the file's latest text, and as its error behaviour says. */
export class TriggerExecution {
  readonly #options: ExecutionOptions;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#options.signal.aborted;
  }

  /** Resolves when the input was dealt with or the trigger stopped. Never rejects. */
  async run(input: PluginInput, { rows = 0, origins = [] }: InputFacts = {}): Promise<void> {
    const { trigger, source, clock, signal, disable } = this.#options;
    const origin = RunOrigin.of(trigger, origins);
    for (let attempt = 1; !this.stopped; attempt++) {
      const plugin = await source.refresh();
      const failed = await this.#attempt({ ...this.#call(input, plugin, origin), rows, attempt });
      if (failed === undefined || this.stopped) return;
      const waitS = Math.min(2 ** (attempt - 1), MAX_RETRY_STEPS);
      if (failed.record === undefined) {
        // The plugin has not seen the input: nothing that it could do or not do should lose it.
        this.#log("ERROR", `a run could not begin, trying again in ${waitS}s: ${failed.error}`, undefined);
        await sleep(clock, waitS * 1_000, signal);
        continue;
      }
      if (trigger.errorBehavior === "retry") {
        this.#log("WARN", `execution failed, trying again in ${waitS}s: ${failed.error}`, failed.record);
        await this.#backOff(waitS, plugin);
        continue;
      }
      for (const row of failureTexts(kindName(input.kind), trigger.runAsync, failed.error)) {
        this.#log("ERROR", row, failed.record);
      }
      if (trigger.errorBehavior === "disable") {
        const why = "trigger disabled because its plugin failed; enable it to run it again";
        this.#log("ERROR", why, failed.record);
        disable(`its plugin failed: ${failed.error}`);
      }
      return;
    }
  }

  /** One try, whatever the error behaviour; nothing is said of a failure. Rejects when the run could not begin. */
  async once(input: PluginInput, { rows = 0, gone, run }: OnceOptions = {}): Promise<EndedRun> {
    const { source, runner, seat, signal, trigger } = this.#options;
    const basics = this.#call(input, await source.refresh(), RunOrigin.of(trigger));
    const call = { ...basics, rows, caller: run };
    if (gone === undefined) return await runner.run(seat, call, signal);
    return await eitherOf(signal, gone, (either) => runner.run(seat, call, either));
  }

  /** Says that something went wrong beside a run. */
  fail(text: string): void {
    this.#log("ERROR", text, undefined);
  }

  #log(level: LogLevel, text: string, record: RunRecorder | undefined): void {
    if (record !== undefined) record.log(level, text);
    else this.#options.log.add(this.#name, undefined, level, text);
  }

  get #name(): TriggerName {
    const { trigger, database } = this.#options;
    return { databaseId: trigger.databaseId, database, trigger: trigger.name };
  }

  async #attempt(call: PluginCall): Promise<Failure | undefined> {
    const { runner, seat, signal } = this.#options;
    try {
      const { outcome, record } = await runner.run(seat, call, signal);
      return outcome.ok ? undefined : { record, error: outcome.error?.text ?? "" };
    } catch (error) {
      return { record: undefined, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #call(input: PluginInput, plugin: PluginCode, origin: RunOrigin): PluginCall {
    const { trigger, cacheNamespace } = this.#options;
    return {
      trigger: this.#name,
      cacheNamespace,
      plugin,
      args: trigger.arguments,
      origin,
      input,
      rows: 0,
      attempt: 1,
    };
  }

  /** Waits in small steps, so that a corrected file heals the trigger at once. */
  async #backOff(seconds: number, failed: PluginCode): Promise<void> {
    const { clock, signal, source } = this.#options;
    for (let step = 0; step < seconds && !this.stopped; step++) {
      await sleep(clock, RETRY_STEP_MS, signal);
      if ((await source.refresh()) !== failed) return;
    }
  }
}
