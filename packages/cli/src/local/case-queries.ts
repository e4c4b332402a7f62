import {
  freezeQueryTime,
  type QueryReply,
  type QueryRequest,
  RemoteQueries,
  type SeedData,
} from "@millrace/plugin-runtime";
import type { ThrowawayServer } from "./throwaway-server.ts";

/** Answers the queries of test cases from the data of each; the database starts with the first query. */
export class CaseQueries {
  #server: Promise<ThrowawayServer> | undefined;
  #seed: readonly SeedData[] = [];
  #nowNs: bigint | undefined;
  #filled: Promise<RemoteQueries> | undefined;

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
    await (await this.#server)?.close();
  }

  async #fill(): Promise<RemoteQueries> {
    this.#server ??= startServer();
    const server = await this.#server;
    await server.fill(this.#seed);
    return new RemoteQueries((signal) => server.client(signal));
  }
}

/** The database is far bigger than all of the command line; most cases ask nothing. */
async function startServer(): Promise<ThrowawayServer> {
  return await (await import("./throwaway-server.ts")).ThrowawayServer.start();
}
