import { receiveMessageOnPort } from "node:worker_threads";
import type { QueryLink } from "@millrace/plugin-runtime";
import { initParser } from "@millrace/sql";
import { BufferMirror } from "../../buffer/index.ts";
import { type Clock, systemClock } from "../../foundation/index.ts";
import { Database, failureOf, Permits, QueryFailure } from "../execute/index.ts";
import type { FromWorker, SqlMessage, StateMessage, ToWorker, WorkerSetup } from "../protocol/index.ts";
import { SourceBinder } from "./planner.ts";
import { servePlugin } from "./plugin-queries.ts";
import { QueryRun, type Workshop } from "./query-run.ts";
import { SchemaMirror } from "./schema-mirror.ts";
import { StreamSink } from "./stream-sink.ts";
import { SystemRows } from "./system-rows.ts";

/** Opens DuckDB and serves queries until it is told to close. */
export async function startQueryWorker(setup: WorkerSetup): Promise<void> {
  const { options } = setup;
  const [database] = await Promise.all([Database.open(options), initParser()]);
  const permits = new Permits(options.permits);
  new QueryWorker({ setup, database, permits, clock: systemClock });
}

interface WorkerParts {
  setup: WorkerSetup;
  database: Database;
  permits: Permits;
  clock: Clock;
}

class QueryWorker {
  readonly #setup: WorkerSetup;
  readonly #mirror: BufferMirror;
  readonly #systemRows: SystemRows;
  readonly #shop: Workshop;
  readonly #streams = new Map<number, { run: QueryRun; sink: StreamSink }>();
  readonly #links = new Set<() => void>();
  #closing = false;

  constructor(parts: WorkerParts) {
    const { setup, database, permits, clock } = parts;
    const tell = (message: FromWorker): void => setup.requests.postMessage(message);
    const schema = new SchemaMirror(setup.systemTables);
    this.#setup = setup;
    this.#mirror = new BufferMirror({ drain: () => this.#drain() });
    this.#systemRows = new SystemRows(tell, clock);
    const sources = new SourceBinder(this.#mirror, (id, table) => this.#systemRows.ask(id, table));
    this.#shop = {
      schema,
      sources,
      database,
      permits,
      clock,
      options: setup.options,
      open: new Set(),
      drain: () => this.#drain(),
      tell,
    };
    setup.state.on("message", (message: StateMessage) => this.#apply(message));
    setup.requests.on("message", (message: ToWorker) => this.#receive(message));
  }

  #drain(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#setup.state);
      if (received === undefined) return;
      this.#apply(received.message);
    }
  }

  #apply(message: StateMessage): void {
    if (message.kind !== "buffer") {
      this.#shop.schema.apply(message);
      return;
    }
    this.#mirror.apply(message.batch);
    for (const { kind, tableId } of message.batch.messages) {
      if (kind === "table-dropped") this.#shop.sources.forgetTable(tableId);
    }
  }

  #receive(message: ToWorker): void {
    switch (message.kind) {
      case "sql":
        void this.#answer(message);
        return;
      case "credit":
        this.#streams.get(message.id)?.sink.credits.grant();
        return;
      case "cancel":
        this.#streams.get(message.id)?.run.cancel(new QueryFailure("query_cancelled"));
        return;
      case "plugin-link":
        this.#serve(message.link);
        return;
      case "system-rows":
        this.#systemRows.answered(message.id, message.rows);
        return;
      case "close":
        void this.#close();
        return;
    }
  }

  async #answer(message: SqlMessage): Promise<void> {
    const { id } = message;
    const { tell, clock, options } = this.#shop;
    const sink = new StreamSink(
      message.format,
      (bytes, last, contentType) =>
        this.#setup.requests.postMessage(
          { kind: "chunk", id, bytes, last, contentType } satisfies FromWorker,
          [bytes.buffer],
        ),
      options.stallTimeoutMs,
      clock,
    );
    const run = new QueryRun(this.#shop, (failure) => sink.credits.fail(failure));
    this.#streams.set(id, { run, sink });
    try {
      if (this.#closing) throw new QueryFailure("query_cancelled");
      await run.run(message, sink);
      await sink.end();
    } catch (error) {
      const failure = failureOf(error);
      tell({ kind: "failed", id, code: failure.code, values: failure.values });
    } finally {
      this.#streams.delete(id);
    }
  }

  #serve(link: QueryLink): void {
    const stop = servePlugin(link, this.#shop);
    this.#links.add(stop);
    link.port.once("close", () => this.#links.delete(stop));
  }

  /** A thread that ends while DuckDB runs in it would take the process along, so everything is waited for. */
  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const stop of this.#links) stop();
    const open = [...this.#shop.open];
    for (const run of open) run.cancel(new QueryFailure("query_cancelled"));
    await Promise.all(open.map((run) => run.done));
    this.#shop.database.close();
    this.#setup.state.close();
    this.#setup.requests.close();
  }
}
