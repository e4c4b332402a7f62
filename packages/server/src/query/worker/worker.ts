import { receiveMessageOnPort } from "node:worker_threads";
import type { QueryLink } from "@millrace/plugin-runtime";
import { initParser } from "@millrace/sql";
import { type BufferBatch, BufferMirror } from "../../buffer/index.ts";
import { type Clock, systemClock } from "../../foundation/index.ts";
import { openStorePart, type StorePart } from "../../object-store/index.ts";
import { Database, failureOf, Permits, QueryFailure } from "../execute/index.ts";
import type { FromWorker, SqlMessage, StateMessage, ToWorker, WorkerSetup } from "../protocol/index.ts";
import { WorkerGauges } from "../query-log/index.ts";
import { LiveSources, SourceBinder } from "../sources/index.ts";
import { servePlugin } from "./plugin-queries.ts";
import { QueryRun, type Workshop } from "./query-run.ts";
import { SchemaMirror } from "./schema-mirror.ts";
import { StreamSink } from "./stream-sink.ts";
import { SystemRows } from "./system-rows.ts";

/** Opens DuckDB and serves queries until it is told to close. */
export async function startQueryWorker(setup: WorkerSetup): Promise<void> {
  const { options } = setup;
  const store = openStorePart(setup.store);
  const { directories } = store.files;
  const [database] = await Promise.all([Database.open({ ...options, directories }), initParser()]);
  const gauges = new WorkerGauges(setup.gauges);
  const permits = new Permits(options.permits, (acquired, pending) => {
    gauges.set("permitsAcquired", acquired);
    gauges.set("permitsPending", pending);
    showCache(gauges, store);
  });
  new QueryWorker({ setup, store, database, permits, clock: systemClock });
}

function showCache(gauges: WorkerGauges, { cache }: StorePart): void {
  if (cache === undefined) return;
  const { files, sizeBytes, hits, misses } = cache.stats;
  gauges.set("cachedFiles", files);
  gauges.set("cachedBytes", sizeBytes);
  gauges.set("cacheHits", hits);
  gauges.set("cacheMisses", misses);
}

interface WorkerParts {
  setup: WorkerSetup;
  store: StorePart;
  database: Database;
  permits: Permits;
  clock: Clock;
}

class QueryWorker {
  readonly #setup: WorkerSetup;
  readonly #store: StorePart;
  readonly #mirror: BufferMirror;
  readonly #sources: LiveSources;
  readonly #systemRows: SystemRows;
  readonly #shop: Workshop;
  readonly #streams = new Map<number, { run: QueryRun; sink: StreamSink }>();
  readonly #links = new Set<() => void>();
  #closing = false;

  constructor(parts: WorkerParts) {
    const { setup, store, database, permits, clock } = parts;
    const tell = (message: FromWorker): void => setup.requests.postMessage(message);
    const schema = new SchemaMirror(setup.systemTables);
    this.#setup = setup;
    this.#store = store;
    this.#mirror = new BufferMirror({ drain: () => this.#drain() });
    this.#systemRows = new SystemRows(tell, clock);
    this.#sources = new LiveSources({
      buffer: this.#mirror,
      files: store.files,
      fileLimit: setup.options.fileLimit,
      systemRows: (id, table) => this.#systemRows.ask(id, table),
      drain: () => this.#drain(),
      onReleased: (version) => tell({ kind: "released", version }),
    });
    this.#shop = {
      schema,
      sources: new SourceBinder(this.#sources),
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
    switch (message.kind) {
      case "buffer":
        this.#applyBuffer(message.batch);
        return;
      case "files":
        this.#sources.reset(message.version, message.files);
        return;
      case "view-switch":
        this.#sources.apply(message.change);
        return;
      default:
        this.#shop.schema.apply(message);
    }
  }

  #applyBuffer(batch: BufferBatch): void {
    this.#mirror.apply(batch);
    for (const message of batch.messages) {
      if (message.kind === "table-dropped") this.#sources.tagEntries.forgetTable(message.tableId);
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
        this.#systemRows.answered(message.id, message.rows, message.last);
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
    await this.#store.close();
    this.#setup.state.close();
    this.#setup.requests.close();
  }
}
