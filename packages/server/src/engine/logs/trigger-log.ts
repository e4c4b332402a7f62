import type { Clock, Logger } from "../../foundation/index.ts";
import { BoundedRing } from "./bounded-ring.ts";

export type LogLevel = "INFO" | "WARN" | "ERROR";

/** Which trigger a line or a run belongs to. */
export interface TriggerName {
  readonly databaseId: number;
  readonly database: string;
  readonly trigger: string;
}

/** Where in a plugin a line was logged, or where a run failed. */
export interface LogPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** As Python prints it. */
  readonly traceback?: string | undefined;
}

/** A line of a trigger: docs/reference/triggers.md, "Logs". */
export interface LogRow extends TriggerName, LogPlace {
  readonly timeNs: bigint;
  /** Undefined: not of a run, as when a delivery was refused. */
  readonly runId: string | undefined;
  readonly level: LogLevel;
  readonly text: string;
}

export interface TriggerLogLimits {
  readonly maxRows: number;
  /** Characters of all texts and tracebacks together. */
  readonly maxChars: number;
}

/** Few enough to be copied for a query without holding up the thread that answers requests. */
const DEFAULT_LIMITS: TriggerLogLimits = { maxRows: 10_000, maxChars: 8 * 1024 * 1024 };
/** One text must not drive out all others. */
const ROW_MAX_CHARS = 256 * 1024;
const CUT_NOTE_CHARS = 40;
const WRITERS = { ERROR: "error", WARN: "warn", INFO: "info" } as const;

/** The last lines of all triggers of all databases, which also go to the server's log. */
export class TriggerLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxChars: number;
  readonly #ring: BoundedRing<LogRow>;

  constructor(clock: Clock, logger: Logger, limits: TriggerLogLimits = DEFAULT_LIMITS) {
    this.#clock = clock;
    this.#logger = logger;
    this.#maxChars = limits.maxChars;
    this.#ring = new BoundedRing({ maxRows: limits.maxRows, maxSize: limits.maxChars, sizeOf });
  }

  add(
    trigger: TriggerName,
    runId: string | undefined,
    level: LogLevel,
    text: string,
    place: LogPlace = {},
  ): void {
    const { databaseId, database, trigger: name } = trigger;
    const { traceback, ...rest } = place;
    const maxChars = Math.min(this.#maxChars / 2, ROW_MAX_CHARS);
    this.#ring.add({
      databaseId,
      database,
      trigger: name,
      timeNs: this.#clock.nowNs(),
      runId,
      level,
      text: cut(text, maxChars),
      ...rest,
      ...(traceback === undefined ? {} : { traceback: cut(traceback, maxChars) }),
    });
    const fields = { trigger: name, ...(runId === undefined ? {} : { run: runId }) };
    this.#logger[WRITERS[level]](`processing engine: ${text}`, fields);
  }

  /** Oldest first. */
  rows(): LogRow[] {
    return this.#ring.rows();
  }
}

function sizeOf({ text, traceback }: LogRow): number {
  return text.length + (traceback?.length ?? 0);
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = text.slice(0, Math.max(0, maxChars - CUT_NOTE_CHARS));
  return `${kept}… (${text.length - kept.length} more characters)`;
}
