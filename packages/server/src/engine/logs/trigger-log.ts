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
  /** Characters of all texts together; a single longer text is cut. */
  readonly maxChars: number;
}

const DEFAULT_LIMITS: TriggerLogLimits = { maxRows: 10_000, maxChars: 32 * 1024 * 1024 };
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
    place?: LogPlace,
  ): void {
    const { databaseId, database, trigger: name } = trigger;
    const kept = text.slice(0, this.#maxChars);
    const { traceback, ...rest } = place ?? {};
    const room = this.#maxChars - kept.length;
    this.#ring.add({
      databaseId,
      database,
      trigger: name,
      timeNs: this.#clock.nowNs(),
      runId,
      level,
      text: kept,
      ...rest,
      ...(traceback === undefined ? {} : { traceback: traceback.slice(0, room) }),
    });
    this.#logger[WRITERS[level]](`processing engine: ${text}`, {
      trigger: name,
      ...(runId === undefined ? {} : { run: runId }),
    });
  }

  /** Oldest first. */
  rows(): LogRow[] {
    return this.#ring.rows();
  }
}

function sizeOf({ text, traceback }: LogRow): number {
  return text.length + (traceback?.length ?? 0);
}
