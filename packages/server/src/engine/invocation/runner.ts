import type { RunLimits } from "@millrace/plugin-runtime";
import type { Logger } from "../../foundation/index.ts";
import type { InterpreterPool, RunHost, RunOutcome, RunRequest, Seat } from "../interpreters/index.ts";
import type { LogLevel, LogRing } from "../logs/index.ts";
import type { WriteBack } from "../write-back/index.ts";
import { failurePlace } from "./failure-place.ts";
import type { PluginCall } from "./plugin-call.ts";
import { finishText, startText, writeBackFailureText } from "./texts.ts";

export interface RunnerOptions {
  readonly pool: InterpreterPool;
  readonly writeBack: WriteBack;
  readonly logs: LogRing;
  readonly logger: Logger;
  readonly limits: Partial<RunLimits>;
  /** How long a run may wait for its interpreter before the wait ends with `engine_overloaded`. */
  readonly queueTimeoutMs: number;
}

/** Runs by kind of trigger. */
export type RunCounts = Readonly<Record<PluginCall["input"]["kind"], { succeeded: number; failed: number }>>;

/** Calls plugins: from the wait for an interpreter to the rows that the call wrote. */
export class PluginRunner {
  readonly counts: RunCounts = {
    writes: { succeeded: 0, failed: 0 },
    schedule: { succeeded: 0, failed: 0 },
    request: { succeeded: 0, failed: 0 },
  };
  readonly #options: RunnerOptions;
  #lastRun = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Rejects only when the run could not begin: no interpreter in time, or the trigger stopped. */
  async run(seat: Seat, call: PluginCall, signal: AbortSignal): Promise<RunOutcome> {
    const { pool, queueTimeoutMs } = this.#options;
    const lease = await pool.acquire(seat, { deadlineMs: queueTimeoutMs, signal });
    const { input, origin, ...basics } = call;
    try {
      this.log(call.trigger, "INFO", startText(input));
      const request: RunRequest = {
        ...basics,
        ...input,
        runId: String(++this.#lastRun),
        test: false,
        limits: this.#options.limits,
      };
      const outcome = await lease.interpreter.run(request, this.#host(call));
      this.counts[input.kind][outcome.ok ? "succeeded" : "failed"]++;
      if (outcome.ok) await this.#finish(call, outcome);
      else this.#logPlace(call, outcome);
      return outcome;
    } finally {
      lease.release();
    }
  }

  /** A line of the trigger, in the logs table and in the server's log. */
  log(trigger: string, level: LogLevel, text: string): void {
    const { logs, logger } = this.#options;
    logs.add(trigger, level, text);
    const write = level === "ERROR" ? logger.error : level === "WARN" ? logger.warn : logger.info;
    write.call(logger, `processing engine: ${text}`, { trigger });
  }

  #host(call: PluginCall): RunHost {
    return {
      log: (level, message) => this.log(call.trigger, level, message),
      print: (text) => this.#options.logger.info(text, { trigger: call.trigger }),
      writeSync: (database, lineProtocol, noSync) =>
        this.#options.writeBack.writeSync(database, lineProtocol, noSync, call.origin),
    };
  }

  /** Only in the server's log: the texts of the logs table are fixed. A line of its own, as error texts can be long. */
  #logPlace({ trigger, plugin }: PluginCall, { error }: RunOutcome): void {
    const place = error === undefined ? undefined : failurePlace(error, plugin.fileName);
    if (place === undefined) return;
    const { text, traceback } = place;
    this.#options.logger.error(`processing engine: ${text}`, { trigger, traceback });
  }

  async #finish(call: PluginCall, outcome: RunOutcome): Promise<void> {
    this.log(call.trigger, "INFO", finishText(outcome.durationNs));
    const queued = outcome.writes.filter((write) => !write.sync);
    const failures = await this.#options.writeBack.flush(queued, call.origin);
    for (const failure of failures) {
      this.log(call.trigger, "ERROR", writeBackFailureText(call.input.kind, failure));
    }
  }
}
