import type { Clock } from "../../foundation/index.ts";
import type { WriteOrigin } from "../../ingest/index.ts";
import type { RequestRun, RunOutcome, Seat } from "../interpreters/index.ts";
import { RunOrigin } from "../loops/index.ts";
import type { PluginSource } from "../plugin-files/index.ts";
import { sleep } from "../timing/index.ts";
import type { CallInput, PluginCall } from "./plugin-call.ts";
import type { PluginRunner } from "./runner.ts";
import { failureTexts } from "./texts.ts";

export interface ExecutionOptions {
  readonly trigger: {
    readonly id: number;
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
  readonly clock: Clock;
  /** Aborted when the trigger stops: waits end, no further attempt begins. */
  readonly signal: AbortSignal;
  /** Asks for the trigger to be disabled; must not wait for the run that asks. */
  readonly disable: () => void;
}

/** `started: false`: there was no interpreter for it, which is no fault of the plugin. */
type Attempt = { readonly started: boolean; readonly error: string } | undefined;

const RETRY_STEP_MS = 1_000;
const MAX_RETRY_STEPS = 30;

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
  async run(input: CallInput, inputOrigins: Iterable<WriteOrigin | undefined> = []): Promise<void> {
    const { trigger, source, runner, disable } = this.#options;
    const origin = RunOrigin.of(trigger, inputOrigins);
    for (let failures = 1; !this.stopped; failures++) {
      const text = await source.refresh();
      const failed = await this.#attempt(input, text, origin);
      if (failed === undefined || this.stopped) return;
      if (trigger.errorBehavior === "retry") {
        const waitS = Math.min(2 ** (failures - 1), MAX_RETRY_STEPS);
        runner.log(trigger.name, "WARN", `execution failed, trying again in ${waitS}s: ${failed.error}`);
        await this.#backOff(waitS, text);
        continue;
      }
      for (const row of failureTexts(input.kind, trigger.runAsync, failed.error)) {
        runner.log(trigger.name, "ERROR", row);
      }
      if (trigger.errorBehavior === "disable" && failed.started) {
        runner.log(
          trigger.name,
          "ERROR",
          "trigger disabled because its plugin failed; enable it to run it again",
        );
        disable();
      }
      return;
    }
  }

  /** For request plugins: one try, whatever the error behaviour. Rejects when the run could not begin. */
  async answer(request: RequestRun["request"]): Promise<RunOutcome> {
    const { source, runner, seat, signal, trigger } = this.#options;
    const text = await source.refresh();
    const origin = RunOrigin.of(trigger);
    return await runner.run(seat, this.#call({ kind: "request", request }, text, origin), signal);
  }

  fail(text: string): void {
    this.#options.runner.log(this.#options.trigger.name, "ERROR", text);
  }

  async #attempt(input: CallInput, text: string, origin: RunOrigin): Promise<Attempt> {
    const { runner, seat, signal } = this.#options;
    try {
      const outcome = await runner.run(seat, this.#call(input, text, origin), signal);
      return outcome.ok ? undefined : { started: true, error: outcome.error?.text ?? "" };
    } catch (error) {
      return { started: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #call(input: CallInput, source: string, origin: RunOrigin): PluginCall {
    const { trigger, database, cacheNamespace, source: file } = this.#options;
    return {
      trigger: trigger.name,
      database,
      cacheNamespace,
      plugin: { fileName: file.fileName, source },
      args: trigger.arguments,
      origin,
      input,
    };
  }

  /** Waits in small steps, so that a corrected file heals the trigger at once. */
  async #backOff(seconds: number, failedText: string): Promise<void> {
    const { clock, signal, source } = this.#options;
    for (let step = 0; step < seconds && !this.stopped; step++) {
      await sleep(clock, RETRY_STEP_MS, signal);
      if ((await source.refresh()) !== failedText) return;
    }
  }
}
