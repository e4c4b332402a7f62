import { finishText, type RunLimits, startText } from "@millrace/plugin-runtime";
import type { InterpreterPool, RunHost, RunOutcome, RunRequest, Seat } from "../interpreters/index.ts";
import type { RunLog, RunRecorder } from "../runs/index.ts";
import type { WriteBack } from "../write-back/index.ts";
import type { PluginCall } from "./plugin-call.ts";
import { writeBackFailureText } from "./texts.ts";

export interface RunnerOptions {
  readonly pool: InterpreterPool;
  readonly writeBack: WriteBack;
  readonly runs: RunLog;
  /** What plugins print. */
  readonly print: (text: string, trigger: string) => void;
  readonly limits: Partial<RunLimits>;
  /** How long a run may wait for its interpreter before the wait ends with `engine_overloaded`. */
  readonly queueTimeoutMs: number;
}

/** A run that has ended, and its record, for what is still to be said about it. */
export interface EndedRun {
  readonly outcome: RunOutcome;
  readonly record: RunRecorder;
}

/** Calls plugins: from the wait for an interpreter to the rows that the call wrote. */
export class PluginRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Rejects only when the run could not begin: no interpreter in time, or the trigger stopped. */
  async run(seat: Seat, call: PluginCall, signal: AbortSignal): Promise<EndedRun> {
    const { pool, queueTimeoutMs, runs } = this.#options;
    const { plugin, input } = call;
    const record = runs.open({
      ...call.trigger,
      pluginFilename: plugin.fileName,
      kind: input.kind,
      rowsIn: call.rows,
      attempt: call.attempt,
    });
    const wait = { deadlineMs: queueTimeoutMs, signal, run: record.runId, caller: call.caller };
    const lease = await pool.acquire(seat, wait).catch((error: unknown) => {
      // A trigger that stops takes its waiting runs along: they are nobody's failure.
      if (!signal.aborted) record.notStarted(error instanceof Error ? error.message : String(error));
      throw error;
    });
    try {
      record.began();
      record.log("INFO", startText(input));
      const outcome = await lease.interpreter.run(
        this.#request(call, record.runId, seat),
        this.#host(call, record),
      );
      if (outcome.ok) await this.#writeBack(call, outcome, record);
      record.ended(outcome);
      return { outcome, record };
    } finally {
      lease.release();
    }
  }

  #request(call: PluginCall, runId: string, { cache }: Seat): RunRequest {
    const { trigger, plugin, cacheNamespace, args, input } = call;
    return {
      plugin,
      cacheNamespace,
      cache,
      args,
      ...input,
      database: trigger.database,
      trigger: trigger.trigger,
      runId,
      test: false,
      limits: this.#options.limits,
    };
  }

  #host(call: PluginCall, record: RunRecorder): RunHost {
    const { writeBack, print } = this.#options;
    return {
      log: (level, message, place) => record.log(level, message, place),
      print: (text) => print(text, call.trigger.trigger),
      writeSync: async (database, lineProtocol, noSync) => {
        const result = await writeBack.writeSync(database, lineProtocol, noSync, call.origin);
        if (typeof result === "string") return result;
        record.wrote(result.lines);
        return undefined;
      },
    };
  }

  async #writeBack(call: PluginCall, outcome: RunOutcome, record: RunRecorder): Promise<void> {
    record.log("INFO", finishText(outcome.durationNs));
    const queued = outcome.writes.filter((write) => !write.sync);
    const { lines, failures } = await this.#options.writeBack.flush(queued, call.origin);
    record.wrote(lines);
    for (const failure of failures) {
      record.refused(failure);
      record.log("ERROR", writeBackFailureText(call.input.kind, failure));
    }
  }
}
