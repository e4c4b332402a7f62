import { monotonicMs, PythonError } from "@millrace/python-vm/worker";
import { type Budget, budgetText, DEFAULT_LIMITS } from "../limits/index.ts";

/** What events may carry beside the texts that are counted: a frame around each, and escapes that double a text. */
const EVENT_FRAME_BYTES = 256;
const EVENTS_BASE_BYTES = 2 ** 20;
/** For what Python does before its first run. */
const CALL_TIMEOUT_MS = 10_000;

export type BudgetLimits = Readonly<Record<Budget, number>>;

/** What the current run may still do. Counted here as well, because a plugin can change any Python code. */
export class RunMeter {
  #limits: BudgetLimits = DEFAULT_LIMITS;
  #used: Partial<Record<Budget, number>> = {};
  #eventBytesLeft = EVENTS_BASE_BYTES;
  #exceeded: Budget | null = null;
  #callTimeoutMs = CALL_TIMEOUT_MS;
  #startMs = 0;

  /** Longest wait for one call of the host. */
  get callTimeoutMs(): number {
    return this.#callTimeoutMs;
  }

  /** The budget that was used up first, if any was. */
  get exceeded(): Budget | null {
    return this.#exceeded;
  }

  get elapsedNs(): number {
    return Math.round((monotonicMs() - this.#startMs) * 1e6);
  }

  begin(limits: BudgetLimits, callTimeoutMs: number): void {
    this.#limits = limits;
    this.#used = {};
    this.#exceeded = null;
    this.#callTimeoutMs = callTimeoutMs;
    this.#startMs = monotonicMs();
    const events = limits.logLines + limits.writtenLines + limits.hostCalls;
    this.#eventBytesLeft =
      2 * (limits.outputBytes + limits.writtenBytes) + EVENT_FRAME_BYTES * events + EVENTS_BASE_BYTES;
  }

  /** Counts against a budget; false once it is used up. */
  spend(budget: Budget, amount = 1): boolean {
    const used = (this.#used[budget] ?? 0) + amount;
    this.#used[budget] = used;
    if (used <= this.#limits[budget]) return true;
    this.#exceeded ??= budget;
    return false;
  }

  /** Counts against a budget; Python sees a RuntimeError once it is used up. */
  require(budget: Budget, amount = 1): void {
    if (!this.spend(budget, amount)) throw new PythonError("RuntimeError", this.text(budget));
  }

  text(budget: Budget): string {
    return budgetText(budget, this.#limits[budget]);
  }

  requireEventBytes(bytes: number): void {
    this.#eventBytesLeft -= bytes;
    if (this.#eventBytesLeft < 0) throw new PythonError("RuntimeError", "too many events in one run");
  }
}
