import { setImmediate } from "node:timers/promises";
import type { QueryLink } from "@millrace/plugin-runtime";
import { type Catalog, checkDatabaseName } from "../../catalog/index.ts";
import { type Clock, type Logger, ServerError } from "../../foundation/index.ts";
import type { StoreSetup } from "../../object-store/index.ts";
import type { FileViews, ViewSwitch } from "../../storage/index.ts";
import type { FromWorker, WorkerOptions } from "../protocol/index.ts";
import type { QueryLog } from "../query-log/index.ts";
import type { QueryService, QueryStream, SqlRequest, SystemTableSource } from "../types.ts";
import { ResultStream } from "./result-stream.ts";
import type { BufferAnnouncer } from "./state-feed.ts";
import { WorkerLink } from "./worker-link.ts";

export interface QueryServiceOptions {
  readonly catalog: Catalog;
  readonly buffer: BufferAnnouncer;
  readonly files: FileViews;
  readonly store: StoreSetup;
  readonly systemTables: SystemTableSource;
  readonly queryLog: QueryLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly worker: WorkerOptions;
  /** Called when a new worker has replaced one that failed: interpreters need a new line to it. */
  readonly onReplaced?: () => void;
  readonly workerUrl?: URL;
}

/** A worker that fails again at once is not started in a tight loop. */
const RESTART_DELAY_MS = 500;
const CLOSE_TIMEOUT_MS = 15_000;
const SYSTEM_ROWS_AT_ONCE = 1_000;

export function createQueryService(options: QueryServiceOptions): QueryService {
  return new WorkerQueryService(options);
}

class WorkerQueryService implements QueryService {
  readonly #options: QueryServiceOptions;
  readonly #streams = new Map<number, ResultStream>();
  #link: WorkerLink | undefined;
  #lastId = 0;
  #closing = false;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
    options.catalog.onChange((change) => this.#link?.catalogChanged(change));
    options.files.onSwitch((change) => this.#viewSwitched(change));
    this.#start();
  }

  async sql(request: SqlRequest): Promise<QueryStream> {
    const link = this.#liveLink();
    const { signal, database, sql, params, format } = request;
    if (signal?.aborted) throw new ServerError("query_cancelled");
    // A name that no database can have is the client's mistake, not a database that is missing.
    if (this.#options.catalog.database(database) === undefined) checkDatabaseName(database);
    const id = ++this.#lastId;
    const cancel = (): void => link.post({ kind: "cancel", id });
    const stream = new ResultStream({
      taken: () => link.post({ kind: "credit", id }),
      abandon: cancel,
      ended: () => signal?.removeEventListener("abort", cancel),
    });
    this.#streams.set(id, stream);
    signal?.addEventListener("abort", cancel, { once: true });
    link.post({ kind: "sql", id, database, sql, params, format });
    await stream.started;
    return stream;
  }

  connectPlugin(link: QueryLink): void {
    this.#liveLink().post({ kind: "plugin-link", link }, [link.port]);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const link = this.#link;
    if (link === undefined) return;
    link.post({ kind: "close" });
    const { clock, logger } = this.#options;
    let timer: { cancel(): void } | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = clock.schedule(CLOSE_TIMEOUT_MS, () => resolve("late"));
    });
    const outcome = await Promise.race([link.exited, late]);
    timer?.cancel();
    if (outcome !== "late") return;
    // Ending the thread by force while DuckDB runs in it would abort the whole process.
    logger.warn("the query worker is still busy and is left behind");
    link.unref();
  }

  #start(): void {
    const { catalog, buffer, files, store, systemTables, queryLog, worker, workerUrl } = this.#options;
    this.#link = new WorkerLink({
      workerUrl: workerUrl ?? new URL("../query-worker.js", import.meta.url),
      catalog,
      buffer,
      files,
      store,
      systemTables,
      worker,
      gauges: queryLog.figures.worker.memory,
      onMessage: (message) => this.#receive(message),
      onExit: (reason) => this.#exited(reason),
    });
  }

  #viewSwitched(change: ViewSwitch): void {
    if (this.#link === undefined) this.#options.files.released(change.version);
    else this.#link.viewSwitched(change);
  }

  #liveLink(): WorkerLink {
    if (this.#link === undefined || this.#closing) {
      const detail = this.#closing
        ? "the server is stopping"
        : "the query engine is restarting: try again shortly";
      throw new ServerError("query_execution_error", { detail });
    }
    return this.#link;
  }

  #receive(message: FromWorker): void {
    const { queryLog, logger } = this.#options;
    switch (message.kind) {
      case "chunk":
        this.#chunk(message);
        return;
      case "failed":
        this.#end(message.id, new ServerError(message.code, message.values));
        return;
      case "system-rows":
        void this.#answerSystemRows(message);
        return;
      case "query-started":
        queryLog.started(message.query);
        return;
      case "query-planned":
        queryLog.planned(message.queryId, message.fileCount);
        return;
      case "query-ended":
        queryLog.ended(message.queryId, message.end);
        return;
      case "released":
        this.#options.files.released(message.version);
        return;
      case "warning":
        logger.warn(message.message, { detail: message.detail });
        return;
    }
  }

  #chunk(message: Extract<FromWorker, { kind: "chunk" }>): void {
    const { id, bytes, last, contentType } = message;
    this.#streams.get(id)?.push(bytes, last, contentType);
    if (last) this.#streams.delete(id);
  }

  #end(id: number, error: Error): void {
    this.#streams.get(id)?.fail(error);
    this.#streams.delete(id);
  }

  async #answerSystemRows(message: Extract<FromWorker, { kind: "system-rows" }>): Promise<void> {
    const { id, databaseId, table } = message;
    const { systemTables, logger } = this.#options;
    const link = this.#link;
    try {
      const rows = await systemTables.rows(databaseId, table);
      // Copying many rows takes long: others get their turn in between.
      for (let from = 0; from === 0 || from < rows.length; from += SYSTEM_ROWS_AT_ONCE) {
        if (from > 0) await setImmediate();
        const last = from + SYSTEM_ROWS_AT_ONCE >= rows.length;
        link?.post({ kind: "system-rows", id, rows: rows.slice(from, from + SYSTEM_ROWS_AT_ONCE), last });
      }
    } catch (error) {
      logger.error("rows of a system table are not available", { table, error: (error as Error).message });
      link?.post({ kind: "system-rows", id, rows: undefined, last: true });
    }
  }

  #exited(reason: string): void {
    this.#link = undefined;
    const { files, queryLog } = this.#options;
    // Whatever the worker's queries held, they are over.
    files.released(files.current().version);
    queryLog.abandonRunning();
    for (const id of [...this.#streams.keys()]) {
      this.#end(
        id,
        new ServerError("query_execution_error", { detail: "the query engine stopped: try again" }),
      );
    }
    if (this.#closing) return;
    const { clock, logger, onReplaced } = this.#options;
    logger.error("the query worker failed and is started again", { reason });
    clock.schedule(RESTART_DELAY_MS, () => {
      if (this.#closing) return;
      this.#start();
      onReplaced?.();
    });
  }
}
