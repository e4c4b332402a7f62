import { randomUUID } from "node:crypto";
import type { Clock } from "../../foundation/index.ts";
import {
  bindParams,
  type Database,
  failureOf,
  type Permits,
  QueryFailure,
  RunningQuery,
} from "../execute/index.ts";
import type { FromWorker, QueryEnd, WorkerOptions } from "../protocol/index.ts";
import type { Batch, ResultColumn } from "../result/index.ts";
import { type CompiledQuery, compileQuery } from "../rewrite/index.ts";
import type { BoundSources, SourceBinder } from "../sources/index.ts";
import type { ParamValue } from "../types.ts";
import { outputTypes, resultColumns } from "./output.ts";
import type { MirroredDatabase, SchemaMirror } from "./schema-mirror.ts";

/** What all queries of the worker share. */
export interface Workshop {
  readonly schema: SchemaMirror;
  readonly sources: SourceBinder;
  readonly database: Database;
  readonly permits: Permits;
  readonly clock: Clock;
  readonly options: WorkerOptions;
  readonly open: Set<QueryRun>;
  /** Takes in what the main thread has told so far. */
  drain(): void;
  tell(message: FromWorker): void;
}

export interface Question {
  readonly database: string;
  readonly sql: string;
  readonly params: Record<string, ParamValue>;
}

/** Where the rows of a result go. */
export interface RowSink {
  columns(columns: readonly ResultColumn[]): void;
  /** Resolves when there is room for more; `false` asks for no more rows. */
  batch(batch: Batch): Promise<boolean>;
}

/** Each one after the first needs a new column at just that moment. */
const MOST_PLANS = 20;

/** One query from its text to its last row. */
export class QueryRun {
  readonly #shop: Workshop;
  readonly #onCancel: (failure: QueryFailure) => void;
  /** Rejects when the query is cancelled. */
  readonly #cancellation: Promise<never>;
  #rejectCancellation: (failure: QueryFailure) => void = () => {};
  #running: RunningQuery | undefined;
  #cancelled: QueryFailure | undefined;
  #planMs = 0;
  #executeMs = 0;
  #done: Promise<void> = Promise.resolve();

  constructor(shop: Workshop, onCancel: (failure: QueryFailure) => void = () => {}) {
    this.#shop = shop;
    this.#onCancel = onCancel;
    this.#cancellation = new Promise((_, reject) => {
      this.#rejectCancellation = reject;
    });
    this.#cancellation.catch(() => {});
  }

  /** Settles when the query is over and its connection is given back. */
  get done(): Promise<void> {
    return this.#done;
  }

  cancel(failure: QueryFailure): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = failure;
    this.#rejectCancellation(failure);
    this.#running?.cancel(failure);
    this.#onCancel(failure);
  }

  /** Rejects with a QueryFailure. */
  run(question: Question, sink: RowSink): Promise<void> {
    const answered = this.#run(question, sink);
    this.#done = answered.catch(() => {});
    return answered;
  }

  async #run(question: Question, sink: RowSink): Promise<void> {
    const { drain, schema, open, options, clock } = this.#shop;
    drain();
    const database = schema.database(question.database);
    if (database === undefined)
      throw new QueryFailure("query_database_not_found", { name: question.database });
    if (open.size >= options.mostOpenQueries) {
      throw new QueryFailure("too_many_queries", { detail: `${open.size} queries are open` });
    }
    open.add(this);
    const deadline = clock.schedule(options.timeoutMs, () =>
      this.cancel(new QueryFailure("query_timeout", { limit: `${Math.round(options.timeoutMs / 1000)}s` })),
    );
    try {
      await this.#logged(question, database, (onPlanned) =>
        this.#answer(question, database, sink, onPlanned),
      );
    } finally {
      deadline.cancel();
      open.delete(this);
    }
  }

  async #answer(
    question: Question,
    database: MirroredDatabase,
    sink: RowSink,
    onPlanned: (fileCount: number) => void,
  ): Promise<void> {
    const { clock } = this.#shop;
    const startedMs = clock.monotonicMs();
    const nowNs = clock.nowNs();
    const { query, bound } = await this.#plan(question, database, nowNs);
    try {
      this.#planMs = clock.monotonicMs() - startedMs;
      onPlanned(bound.files.size);
      sink.columns(resultColumns(query));
      await this.#execute(query, bound, sink);
    } finally {
      this.#executeMs = clock.monotonicMs() - startedMs - this.#planMs;
      bound.release();
    }
  }

  /** Tables may get columns while their rows are looked for: then it is planned again. */
  async #plan(
    { sql, params, database: name }: Question,
    database: MirroredDatabase,
    nowNs: bigint,
  ): Promise<{ query: CompiledQuery; bound: BoundSources }> {
    for (let attempt = 0; attempt < MOST_PLANS; attempt++) {
      const query = compileQuery(sql, database.model, { nowNs, params, database: name });
      const bound = await this.#bind(query, database, nowNs);
      if (bound !== undefined) return { query, bound };
    }
    throw new QueryFailure("query_execution_error", {
      detail: "tables of the query get new columns all the time: try again",
    });
  }

  /** Files may have to arrive from far away: who cancels does not wait for them. */
  async #bind(
    query: CompiledQuery,
    database: MirroredDatabase,
    nowNs: bigint,
  ): Promise<BoundSources | undefined> {
    const binding = this.#shop.sources.bind(query, database, nowNs);
    try {
      return await Promise.race([binding, this.#cancellation]);
    } catch (error) {
      void binding.then(
        (late) => late?.release(),
        () => {},
      );
      throw error;
    }
  }

  async #execute(query: CompiledQuery, bound: BoundSources, sink: RowSink): Promise<void> {
    const { clock, database: engine, permits } = this.#shop;
    if (this.#cancelled !== undefined) throw this.#cancelled;
    const running = new RunningQuery(engine, permits, clock);
    this.#running = running;
    try {
      await running.start({
        sql: bound.sql,
        sources: bound.scans,
        files: bound.files,
        types: outputTypes(query),
        bind: (prepared) => bindParams(prepared, query.params),
      });
      await this.#pass(running, sink);
    } finally {
      await running.close();
    }
  }

  async #pass(running: RunningQuery, sink: RowSink): Promise<void> {
    for (;;) {
      const batch = await running.next();
      if (batch === undefined || !(await sink.batch(batch))) return;
      if (this.#cancelled !== undefined) throw this.#cancelled;
    }
  }

  /** Keeps the rows of `system.queries` up to date and turns whatever was thrown into a failure. */
  async #logged(
    question: Question,
    database: MirroredDatabase,
    answer: (onPlanned: (fileCount: number) => void) => Promise<void>,
  ): Promise<void> {
    const { clock, tell } = this.#shop;
    const queryId = randomUUID();
    const startedMs = clock.monotonicMs();
    tell({
      kind: "query-started",
      query: { queryId, databaseId: database.id, text: question.sql, issuedAtNs: clock.nowNs() },
    });
    const end = (outcome: QueryEnd["outcome"]): void =>
      tell({
        kind: "query-ended",
        queryId,
        end: {
          outcome,
          planMs: this.#planMs,
          permitMs: this.#running?.permitMs ?? 0,
          executeMs: this.#executeMs,
          computeMs: this.#running?.computeMs ?? 0,
          totalMs: clock.monotonicMs() - startedMs,
        },
      });
    try {
      await answer((fileCount) => tell({ kind: "query-planned", queryId, fileCount }));
      end("success");
    } catch (error) {
      const failure = this.#cancelled ?? failureOf(error);
      if (failure.internal !== undefined) {
        tell({ kind: "warning", message: "query failed inside the engine", detail: failure.internal });
      }
      end(this.#cancelled === undefined ? "fail" : "cancel");
      throw failure;
    }
  }
}
