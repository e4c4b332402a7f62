import type { QueryEnd, StartedQuery } from "../protocol/index.ts";
import { QueryFigures } from "./query-figures.ts";

export type QueryPhase = "received" | "execution_permit" | "success" | "fail" | "cancel";

export interface LoggedQuery extends StartedQuery {
  phase: QueryPhase;
  /** Data files that it reads; undefined until that is known. */
  fileCount: number | undefined;
  end: QueryEnd | undefined;
}

/** The last queries of all databases, running ones included: the rows of `system.queries`. */
export class QueryLog {
  readonly figures = new QueryFigures();
  readonly #size: number;
  readonly #queries = new Map<string, LoggedQuery>();

  constructor(size: number) {
    this.#size = size;
  }

  started(query: StartedQuery): void {
    this.figures.started();
    if (this.#size === 0) return;
    this.#queries.set(query.queryId, { ...query, phase: "received", fileCount: undefined, end: undefined });
    if (this.#queries.size > this.#size) {
      const oldest = this.#queries.keys().next();
      if (!oldest.done) this.#queries.delete(oldest.value);
    }
  }

  planned(queryId: string, fileCount: number): void {
    this.figures.planned(fileCount);
    const query = this.#queries.get(queryId);
    if (query === undefined) return;
    query.phase = "execution_permit";
    query.fileCount = fileCount;
  }

  ended(queryId: string, end: QueryEnd): void {
    this.figures.ended(end);
    const query = this.#queries.get(queryId);
    if (query === undefined) return;
    query.phase = end.outcome;
    query.end = end;
  }

  /** Oldest first. */
  ofDatabase(databaseId: number): LoggedQuery[] {
    return [...this.#queries.values()].filter((query) => query.databaseId === databaseId);
  }

  /** Whatever still counts as running will never report: its worker is gone. */
  abandonRunning(): void {
    this.figures.abandoned();
    for (const query of this.#queries.values()) {
      if (query.end === undefined) query.phase = "fail";
    }
  }
}
