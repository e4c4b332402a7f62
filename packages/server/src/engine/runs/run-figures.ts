import type { PluginKind } from "@millrace/api";
import { Distribution, DURATION_BOUNDS_MS } from "../../foundation/index.ts";
import type { FinalOutcome } from "./run-record.ts";

/** What the runs of one kind of trigger come to. */
export interface KindFigures {
  readonly outcomes: ReadonlyMap<FinalOutcome, number>;
  readonly durationMs: Distribution;
  readonly waitMs: Distribution;
  readonly rowsIn: number;
  readonly linesWritten: number;
}

class MutableFigures implements KindFigures {
  readonly outcomes = new Map<FinalOutcome, number>();
  readonly durationMs = new Distribution(DURATION_BOUNDS_MS);
  readonly waitMs = new Distribution(DURATION_BOUNDS_MS);
  rowsIn = 0;
  linesWritten = 0;
}

/** Counts runs since the start. */
export class RunFigures {
  readonly #kinds = {
    wal: new MutableFigures(),
    schedule: new MutableFigures(),
    request: new MutableFigures(),
  } satisfies Record<PluginKind, KindFigures>;

  /** Kinds in a fixed order. */
  kinds(): [PluginKind, KindFigures][] {
    return Object.entries(this.#kinds) as [PluginKind, KindFigures][];
  }

  began(kind: PluginKind, waitedMs: number): void {
    this.#kinds[kind].waitMs.observe(waitedMs);
  }

  /** Rows that a plugin was given. */
  gave(kind: PluginKind, rows: number): void {
    this.#kinds[kind].rowsIn += rows;
  }

  wrote(kind: PluginKind, lines: number): void {
    this.#kinds[kind].linesWritten += lines;
  }

  ended(kind: PluginKind, outcome: FinalOutcome, durationMs: number | undefined): void {
    const figures = this.#kinds[kind];
    figures.outcomes.set(outcome, (figures.outcomes.get(outcome) ?? 0) + 1);
    if (durationMs !== undefined) figures.durationMs.observe(durationMs);
  }
}
