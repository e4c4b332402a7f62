import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";
import type { Clock, Timer } from "../../foundation/index.ts";
import type { Batch } from "../result/index.ts";
import type { Database, Session } from "./database.ts";
import { failureOf, QueryFailure } from "./failures.ts";
import { type FileNames, failureOfFiles } from "./file-failures.ts";
import type { Permits } from "./permits.ts";
import { readBatch } from "./read-batch.ts";
import type { ScanSource } from "./scan/index.ts";

/** A statement ready for DuckDB: every value the user gave is in `bind`, every table in `sources` or `files`. */
export interface Statement {
  readonly sql: string;
  readonly sources: readonly ScanSource[];
  /** The data files it reads: path → name for users. */
  readonly files: FileNames;
  readonly types: readonly SqlType[];
  readonly bind: (prepared: duckdb.PreparedStatement) => void;
}

/** An interrupt that arrives just before DuckDB begins is forgotten by it, so it is repeated until it works. */
const INTERRUPT_AGAIN_MS = 20;

/** One query on a connection of its own. Every call into DuckDB holds a permit, waiting for the client holds none. */
export class RunningQuery {
  readonly #database: Database;
  readonly #permits: Permits;
  readonly #clock: Clock;
  #types: readonly SqlType[] = [];
  #files: FileNames = new Map();
  #session: Session | undefined;
  #prepared: duckdb.PreparedStatement | undefined;
  #result: duckdb.Result | undefined;
  #ended = false;
  #active = false;
  #cancelled: QueryFailure | undefined;
  #repeat: Timer | undefined;
  /** Time spent waiting for permits and inside DuckDB. */
  permitMs = 0;
  computeMs = 0;

  constructor(database: Database, permits: Permits, clock: Clock) {
    this.#database = database;
    this.#permits = permits;
    this.#clock = clock;
  }

  /** Prepares the statement and runs it until its first rows are ready. */
  async start(statement: Statement): Promise<void> {
    this.#throwIfCancelled();
    const session = await this.#database.acquire(statement.sources);
    this.#session = session;
    this.#types = statement.types;
    this.#files = statement.files;
    await this.#native(async () => {
      this.#prepared = await duckdb.prepare(session.connection, statement.sql);
      statement.bind(this.#prepared);
      this.#result = await duckdb.execute_prepared_streaming(this.#prepared);
    });
  }

  /** The next rows, or undefined at the end. */
  async next(): Promise<Batch | undefined> {
    const result = this.#result;
    if (result === undefined || this.#ended) return undefined;
    const chunk = await this.#native(() => duckdb.fetch_chunk(result));
    if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) {
      this.#ended = true;
      if (duckdb.result_return_type(result) === duckdb.ResultType.INVALID) await this.#failAgain();
      return undefined;
    }
    return readBatch(chunk, this.#types);
  }

  /** Stops the query as soon as DuckDB looks up; whoever waits for it gets `failure`. */
  cancel(failure: QueryFailure): void {
    this.#cancelled ??= failure;
    this.#interrupt();
  }

  /** Gives the connection back. A result that was not read to its end is closed first, off this thread. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    if (!this.#ended) await this.#permits.run(() => duckdb.query(session.connection, "SELECT 1"));
    this.#result = undefined;
    if (this.#prepared !== undefined) duckdb.destroy_prepare_sync(this.#prepared);
    this.#prepared = undefined;
    this.#database.release(session);
  }

  /**
   * A stream that fails on its way just ends, and keeps the reason to itself. Running the statement once more, not as
   * a stream, brings it out.
   */
  async #failAgain(): Promise<never> {
    this.#throwIfCancelled();
    await this.#native(() => duckdb.execute_prepared(this.#prepared!));
    throw new QueryFailure("query_execution_error", {
      detail: "Internal error: the query failed on its way",
    });
  }

  async #native<T>(task: () => Promise<T>): Promise<T> {
    const askedMs = this.#clock.monotonicMs();
    return this.#permits.run(async () => {
      const startedMs = this.#clock.monotonicMs();
      this.permitMs += startedMs - askedMs;
      this.#throwIfCancelled();
      this.#active = true;
      try {
        return await task();
      } catch (error) {
        throw this.#cancelled ?? (await this.#fileFailure(error)) ?? failureOf(error);
      } finally {
        this.#active = false;
        this.#repeat?.cancel();
        this.computeMs += this.#clock.monotonicMs() - startedMs;
      }
    });
  }

  async #fileFailure(error: unknown): Promise<QueryFailure | undefined> {
    if (this.#files.size === 0 || this.#session === undefined || error instanceof QueryFailure)
      return undefined;
    return failureOfFiles(error, this.#files, this.#session.connection);
  }

  #interrupt(): void {
    if (!this.#active || this.#session === undefined) return;
    duckdb.interrupt(this.#session.connection);
    this.#repeat = this.#clock.schedule(INTERRUPT_AGAIN_MS, () => this.#interrupt());
  }

  #throwIfCancelled(): void {
    if (this.#cancelled !== undefined) throw this.#cancelled;
  }
}
