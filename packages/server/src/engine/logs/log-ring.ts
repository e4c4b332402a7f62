import type { Clock } from "../../foundation/index.ts";

export type LogLevel = "INFO" | "WARN" | "ERROR";

/** A row of `system.processing_engine_logs`: docs/reference/triggers.md, "Logs". */
export interface EngineLogRow {
  readonly timeNs: bigint;
  readonly triggerName: string;
  readonly level: LogLevel;
  readonly text: string;
}

export interface LogRingLimits {
  readonly maxRows: number;
  /** Characters of all texts together; a single longer text is cut. */
  readonly maxChars: number;
}

const DEFAULT_LIMITS: LogRingLimits = { maxRows: 10_000, maxChars: 32 * 1024 * 1024 };

/** The last rows of all triggers of all databases; the oldest ones make room. */
export class LogRing {
  readonly #clock: Clock;
  readonly #limits: LogRingLimits;
  /** Places of dropped rows are emptied, so that their texts are free. */
  readonly #slots: (EngineLogRow | undefined)[] = [];
  #oldest = 0;
  #count = 0;
  #chars = 0;

  constructor(clock: Clock, limits: LogRingLimits = DEFAULT_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  add(triggerName: string, level: LogLevel, text: string): void {
    const { maxRows, maxChars } = this.#limits;
    const kept = text.length > maxChars ? text.slice(0, maxChars) : text;
    while (this.#count > 0 && (this.#count === maxRows || this.#chars + kept.length > maxChars))
      this.#dropOldest();
    this.#slots[(this.#oldest + this.#count) % maxRows] = {
      timeNs: this.#clock.nowNs(),
      triggerName,
      level,
      text: kept,
    };
    this.#count++;
    this.#chars += kept.length;
  }

  /** A copy, oldest first. */
  rows(): EngineLogRow[] {
    return Array.from(
      { length: this.#count },
      (_, i) => this.#slots[(this.#oldest + i) % this.#limits.maxRows]!,
    );
  }

  #dropOldest(): void {
    this.#chars -= this.#slots[this.#oldest]!.text.length;
    this.#slots[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#limits.maxRows;
    this.#count--;
  }
}
