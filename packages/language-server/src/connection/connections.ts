import { InfluxClient, type Transport } from "@millrace/api/client";
import { nodeTransport } from "@millrace/api/node";
import { initParser } from "@millrace/sql";
import type { Session } from "../analysis/index.ts";
import type { Connection } from "./connection.ts";
import { describeFailure } from "./describe-failure.ts";
import { readSchema } from "./read-schema.ts";

export type ConnectionState = "none" | "connecting" | "connected" | "failed";

/** What editors show: the result of `millrace/setConnection`, and what `millrace/connectionChanged` tells. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly host?: string;
  readonly database?: string;
  /** How many tables the database has; absent without a database. */
  readonly tables?: number;
  /** Why it failed and what to do, in a sentence or two. */
  readonly message?: string;
}

const CONNECT_MAX_MS = 5_000;
const SCHEMA_MAX_MS = 10_000;

/** The connection that the editor has chosen, and what is known of its database. */
export class Connections {
  readonly #session: Session;
  #connection: Connection | undefined;
  #transport: Transport = nodeTransport();
  #status: ConnectionStatus = { state: "none" };
  #asking: AbortController | undefined;
  #poll: NodeJS.Timeout | undefined;
  #schemaText = "";

  constructor(session: Session) {
    this.#session = session;
  }

  get current(): Connection | undefined {
    return this.#connection;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** For requests to the server; undefined without a connection. The signal ends what was asked through it. */
  client(signal?: AbortSignal): InfluxClient | undefined {
    if (this.#connection === undefined) return undefined;
    const { host, token } = this.#connection;
    return new InfluxClient({
      host,
      transport: this.#transport,
      ...(token === undefined ? {} : { token }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Uses another server, or none, and asks it for its tables. */
  set(connection: Connection | undefined): Promise<ConnectionStatus> {
    this.#connection = connection;
    this.#stop();
    this.#forget();
    if (connection === undefined) this.#tell({ state: "none" });
    else {
      this.#transport = transportFor(connection);
      this.#tell({ state: "connecting", ...named(connection) });
      this.#poll = setInterval(() => void this.refreshSchema(), connection.schemaRefreshMs);
      this.#poll.unref();
    }
    return this.refreshSchema();
  }

  /** Asks the server for its tables again, as after a run that may have written. It never rejects. */
  async refreshSchema(): Promise<ConnectionStatus> {
    const connection = this.#connection;
    if (connection === undefined) return this.#status;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const tables = await this.#ask(connection, asking);
      if (this.#asking !== asking) return this.#status;
      this.#tell({ state: "connected", ...named(connection), ...tables });
    } catch (error) {
      // Who asked since then tells how it went.
      if (this.#asking !== asking) return this.#status;
      this.#forget();
      this.#tell({ state: "failed", ...named(connection), message: describeFailure(error, connection) });
    }
    return this.#status;
  }

  dispose(): void {
    this.#connection = undefined;
    this.#stop();
  }

  async #ask(connection: Connection, asking: AbortController): Promise<{ tables?: number }> {
    const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(SCHEMA_MAX_MS)]);
    const client = this.client(signal)!;
    const { database } = connection;
    if (database === undefined) {
      await client.ping();
      return {};
    }
    // Who looks at the tables reads SQL with them.
    const [tables] = await Promise.all([readSchema(client, database), initParser()]);
    if (this.#asking === asking) this.#remember(JSON.stringify(tables), { database, tables });
    return { tables: tables.filter((table) => table.schema === "iox").length };
  }

  /** Documents are checked anew only when there is something new. */
  #remember(text: string, schema: Parameters<Session["setSchema"]>[0]): void {
    if (text === this.#schemaText) return;
    this.#schemaText = text;
    this.#session.setSchema(schema);
  }

  #forget(): void {
    this.#remember("", undefined);
  }

  #tell(status: ConnectionStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#session.notify("millrace/connectionChanged", status);
  }

  #stop(): void {
    clearInterval(this.#poll);
    this.#asking?.abort();
    this.#asking = undefined;
  }
}

function named({ host, database }: Connection): { host: string; database?: string } {
  return database === undefined ? { host } : { host, database };
}

function transportFor({ tls }: Connection): Transport {
  return nodeTransport({
    connectTimeoutMs: CONNECT_MAX_MS,
    tls: {
      rejectUnauthorized: !tls.acceptsAnyCertificate,
      ...(tls.ca === undefined ? {} : { ca: { encoding: "pem", bytes: Buffer.from(tls.ca) } }),
    },
  });
}
