import type { InfluxClient } from "@millrace/api/client";
import type { QueryReply, QueryRequest } from "../protocol/index.ts";
import { freezeQueryTime, type SeedData } from "../test-cases/index.ts";
import { RemoteQueries } from "./remote-queries.ts";

/** A server that holds nothing but the data of test cases. */
export interface SeedServer {
  client(signal?: AbortSignal): InfluxClient;
  close(): Promise<void>;
}

/** Answers the queries of test cases from the data of each; the server starts with the first query. */
export class SeededQueries {
  readonly #start: () => Promise<SeedServer>;
  #server: Promise<SeedServer> | undefined;
  #databases = new Set<string>();
  #seed: readonly SeedData[] = [];
  #nowNs: bigint | undefined;
  #filled: Promise<RemoteQueries> | undefined;

  constructor(start: () => Promise<SeedServer>) {
    this.#start = start;
  }

  prepare(seed: readonly SeedData[], nowNs: bigint | undefined): void {
    this.#seed = seed;
    this.#nowNs = nowNs;
    this.#filled = undefined;
  }

  async answer(request: QueryRequest): Promise<QueryReply> {
    this.#filled ??= this.#fill();
    const queries = await this.#filled;
    const nowNs = this.#nowNs;
    if (nowNs === undefined) return await queries.answer(request);
    return await queries.answer({ ...request, sql: freezeQueryTime(request.sql, nowNs) });
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#databases.clear();
    await (await server)?.close();
  }

  async #fill(): Promise<RemoteQueries> {
    const server = await this.#started();
    await this.#replaceData(server.client());
    return new RemoteQueries((signal) => server.client(signal));
  }

  /** One that could not start is tried again with the next case. */
  async #started(): Promise<SeedServer> {
    this.#server ??= this.#start();
    try {
      return await this.#server;
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
  }

  /** The server holds exactly the seed afterwards. */
  async #replaceData(client: InfluxClient): Promise<void> {
    const seed = this.#seed;
    for (const database of this.#databases) await client.deleteDatabase(database, "now");
    this.#databases = new Set(seed.map(({ database }) => database));
    for (const database of this.#databases) await client.createDatabase(database);
    for (const { database, lineProtocol } of seed) {
      if (lineProtocol.trim() === "") continue;
      try {
        await client.writeLp({ db: database, precision: "nanosecond" }, lineProtocol);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`the seed of database '${database}' was refused: ${why}`);
      }
    }
  }
}
