import { type Budget, DEFAULT_LIMITS } from "../limits/index.ts";
import type { RawEvent } from "../protocol/index.ts";
import { countLines } from "./count-lines.ts";
import type { BudgetLimits } from "./run-meter.ts";

/** Beside its text, a printed line costs this much. A loop of empty lines must end too. */
const PRINTED_LINE_BYTES = 100;
/** Names and queries of all events of a run; beyond it each is cut. The host keeps them until the run has ended. */
const TOLD_LENGTH_MAX = 16 * 2 ** 20;
const CUT_LENGTH = 100;
/** Events that may be under way to the host: it takes them in one turn of its thread, which others wait for. */
const UNDER_WAY_MAX = 64;
const DATABASE_LENGTH_MAX = 64;

/**
 * Lets events out of the interpreter as far as the budgets of the run go. Python counts them as well and raises in
 * time; but a plugin can reach that code, and the host keeps every event that arrives.
 */
export class EventGate {
  #limits: BudgetLimits = DEFAULT_LIMITS;
  #used: Partial<Record<Budget, number>> = {};
  #overdrawn: Budget | null = null;
  #toldLength = 0;
  #underWay = 0;

  /** The budget of the first event that had to stay inside. */
  get overdrawn(): Budget | null {
    return this.#overdrawn;
  }

  begin(limits: BudgetLimits): void {
    this.#limits = limits;
    this.#used = {};
    this.#overdrawn = null;
    this.#toldLength = 0;
    this.#underWay = 0;
  }

  /** Whether the plugin must wait until the host has taken everything up to these events. */
  mustWait(events: readonly RawEvent[]): boolean {
    this.#underWay += events.length;
    if (this.#underWay < UNDER_WAY_MAX) return false;
    this.#underWay = 0;
    return true;
  }

  admit(events: readonly RawEvent[]): RawEvent[] {
    return events.filter((event) => this.#counts(event)).map((event) => this.#shorten(event));
  }

  /** Texts that no budget counts: a plugin chooses how long they are. */
  #shorten(event: RawEvent): RawEvent {
    this.#toldLength += toldLength(event);
    if (this.#toldLength <= TOLD_LENGTH_MAX) return event;
    switch (event.kind) {
      case "query":
        return { ...event, file: null, database: cut(event.database), sql: cut(event.sql) };
      case "network":
        return { ...event, file: null, message: cut(event.message) };
      default:
        return { ...event, file: null };
    }
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
          this.#spend("writtenBytes", event.lineProtocol.length + excessOf(event.database))
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

/** A name that no database can have is a text like any other. */
function excessOf(database: string): number {
  return database.length > DATABASE_LENGTH_MAX ? database.length : 0;
}

function toldLength(event: RawEvent): number {
  const file = event.file?.length ?? 0;
  if (event.kind === "query") return file + event.database.length + event.sql.length;
  return event.kind === "network" ? file + event.message.length : file;
}

const cut = (text: string): string => text.slice(0, CUT_LENGTH);
