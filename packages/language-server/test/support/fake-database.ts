import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** `table → column → type`, by the names that `information_schema` has for types. */
export type FakeTables = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const TAG = "Dictionary(Int32, Utf8)";

/** A server of which only the list of columns is real. */
export class FakeDatabase {
  tables: FakeTables;
  /** What is answered instead of the columns. */
  failure: { readonly status: number; readonly body: string } | undefined;
  /** Requests wait for it before they are answered. */
  gate: Promise<void> = Promise.resolve();
  readonly requests: { readonly authorization: string | undefined; readonly body: string }[] = [];
  readonly #server: http.Server;

  constructor(tables: FakeTables) {
    this.tables = tables;
    this.#server = http.createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { authorization } = incoming.headers;
      this.requests.push({ authorization, body: Buffer.concat(chunks).toString() });
      await this.gate;
      if (this.failure !== undefined) response.writeHead(this.failure.status).end(this.failure.body);
      else response.writeHead(200).end(JSON.stringify(this.#columns()));
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** A name may have its schema before it, as "system.queries". */
  #columns() {
    return Object.entries(this.tables).flatMap(([name, columns]) => {
      const [table, schema = "iox"] = name.split(".").reverse();
      return Object.entries(columns).map(([column, type]) => ({
        table_schema: schema,
        table_name: table,
        column_name: column,
        data_type: type,
        is_nullable: column === "time" ? "NO" : "YES",
      }));
    });
  }
}
