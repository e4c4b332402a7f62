import type { PluginKind } from "@millrace/api";
import type { RunOutcome } from "@millrace/plugin-runtime";
import type { Clock, Logger } from "../../foundation/index.ts";
import type { LogLevel, LogPlace, TriggerLog } from "../logs/index.ts";
import { type FailurePlace, failurePlace, fileAndLine } from "./failure-place.ts";
import type { RunFigures } from "./run-figures.ts";
import {
  type FinalOutcome,
  kindName,
  outcomeName,
  type RunDescription,
  type RunOutcomeName,
  type RunRecord,
} from "./run-record.ts";

/** What a record keeps of an error; the log has more. */
const ERROR_MAX_CHARS = 2_000;

export interface RecorderParts {
  readonly keep: (record: RunRecord) => void;
  readonly figures: RunFigures;
  readonly log: TriggerLog;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Follows one run from the wait for its interpreter to its end. */
export class RunRecorder implements RunRecord {
  readonly runId: string;
  readonly databaseId: number;
  readonly database: string;
  readonly trigger: string;
  readonly pluginFilename: string;
  readonly kind: PluginKind;
  rowsIn: number;
  readonly attempt: number;
  startedAtNs = 0n;
  waitedMs = 0;
  outcome: RunOutcomeName = "running";
  durationNs: number | undefined;
  linesWritten = 0;
  error: string | undefined;
  readonly #parts: RecorderParts;
  readonly #waitsSinceMs: number;
  readonly #refusals: string[] = [];
  #place: FailurePlace | undefined;

  constructor(runId: string, run: RunDescription, parts: RecorderParts) {
    this.runId = runId;
    this.databaseId = run.databaseId;
    this.database = run.database;
    this.trigger = run.trigger;
    this.pluginFilename = run.pluginFilename;
    this.kind = kindName(run.kind);
    this.rowsIn = run.rowsIn;
    this.attempt = run.attempt;
    this.#parts = parts;
    this.#waitsSinceMs = parts.clock.monotonicMs();
  }

  /** The interpreter is there: the plugin is called now. */
  began(): void {
    this.#open();
    this.#parts.figures.began(this.kind, this.waitedMs);
  }

  /** There was no interpreter for it. */
  notStarted(reason: string): void {
    this.#open();
    this.#end("not_started", reason);
  }

  /** A line of the plugin or about the run. After a failure it is shown with the place of it. */
  log(level: LogLevel, text: string, place: LogPlace | undefined = this.#place): void {
    this.#parts.log.add(this, this.runId, level, text, place);
  }

  /** Lines that the database took from it. */
  wrote(lines: number): void {
    this.linesWritten += lines;
    this.#parts.figures.wrote(this.kind, lines);
  }

  /** Why the database did not take what a run that returned had queued; to be told before its end. */
  refused(reason: string): void {
    this.#refusals.push(reason);
  }

  ended(outcome: RunOutcome): void {
    this.durationNs = outcome.durationNs;
    // Until now the lines of the writes were all that was known.
    this.rowsIn = outcome.rowsIn ?? this.rowsIn;
    this.#parts.figures.gave(this.kind, this.rowsIn);
    if (outcome.ok && this.#refusals.length > 0) this.#end("write_refused", this.#refusals.join("\n"));
    else this.#end(outcomeName(outcome), outcome.error?.text);
    if (outcome.error === undefined) return;
    this.#place = failurePlace(outcome.error, this.pluginFilename);
    if (this.#place !== undefined) this.#tellPlace(this.#place, outcome.error.kind === "timeout");
  }

  #open(): void {
    const { clock, keep } = this.#parts;
    this.startedAtNs = clock.nowNs();
    // Whole microseconds: the clock's fractions are noise that only fills columns.
    this.waitedMs = Math.round((clock.monotonicMs() - this.#waitsSinceMs) * 1000) / 1000;
    keep(this);
  }

  #end(outcome: FinalOutcome, error: string | undefined): void {
    this.outcome = outcome;
    this.error = error?.slice(0, ERROR_MAX_CHARS);
    const durationMs = this.durationNs === undefined ? undefined : this.durationNs / 1e6;
    this.#parts.figures.ended(this.kind, outcome, durationMs);
  }

  /** In the server's log: a line of its own, as error texts can be long. */
  #tellPlace(place: FailurePlace, stopped: boolean): void {
    const what = stopped ? "the plugin was stopped at" : "the plugin failed at";
    this.#parts.logger.error(`processing engine: ${what} ${fileAndLine(place)}`, {
      trigger: this.trigger,
      run: this.runId,
      traceback: place.chain,
    });
  }
}
