import { type Budget, DEFAULT_LIMITS } from "../limits/index.ts";
import type { RawEvent } from "../protocol/index.ts";
import { countLines } from "./count-lines.ts";
import type { BudgetLimits } from "./run-meter.ts";

/** Beside its text, a printed line costs this much. A loop of empty lines must end too. */
const PRINTED_LINE_BYTES = 100;

/**
 * Lets events out of the interpreter as far as the budgets of the run go. Python counts them as well and raises in
 * time; but a plugin can reach that code, and the host keeps every event that arrives.
 */
export class EventGate {
  #limits: BudgetLimits = DEFAULT_LIMITS;
  #used: Partial<Record<Budget, number>> = {};
  #overdrawn: Budget | null = null;

  /** The budget of the first event that had to stay inside. */
  get overdrawn(): Budget | null {
    return this.#overdrawn;
  }

  begin(limits: BudgetLimits): void {
    this.#limits = limits;
    this.#used = {};
    this.#overdrawn = null;
  }

  admit(events: readonly RawEvent[]): RawEvent[] {
    return events.filter((event) => this.#counts(event));
  }

  #counts(event: RawEvent): boolean {
    switch (event.kind) {
      case "log":
        return this.#spend("logLines", 1) && this.#spend("outputBytes", event.message.length);
      case "print":
        return this.#spend("outputBytes", PRINTED_LINE_BYTES + event.message.length);
      case "write":
        return (
          this.#spend("writtenLines", countLines(event.lineProtocol)) &&
          this.#spend("writtenBytes", event.lineProtocol.length)
        );
      case "query":
        return this.#spend("hostCalls", 1);
      case "network":
        return this.#spend("networkCalls", 1);
      default:
        return false;
    }
  }

  #spend(budget: Budget, amount: number): boolean {
    const used = (this.#used[budget] ?? 0) + amount;
    this.#used[budget] = used;
    if (used <= this.#limits[budget]) return true;
    this.#overdrawn ??= budget;
    return false;
  }
}
