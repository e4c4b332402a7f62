import { InfluxClient } from "@millrace/api/client";
import { nodeTransport } from "@millrace/api/node";
import type { SeedData } from "@millrace/plugin-runtime";
import { buildServerConfig } from "@millrace/server/config";
import { loadServerPackage, type RunningServer } from "../serve/index.ts";
import { LocalError } from "./local-error.ts";

/** A database in memory, in this process, for the queries of test cases. */
export class ThrowawayServer {
  readonly #server: RunningServer;
  readonly #transport = nodeTransport();
  #databases = new Set<string>();

  private constructor(server: RunningServer) {
    this.#server = server;
  }

  static async start(): Promise<ThrowawayServer> {
    const settings = {
      "node-id": "test-cases",
      "object-store": "memory",
      "http-bind": "127.0.0.1:0",
      "without-auth": true,
      "log-filter": "off",
    };
    const { startServer } = await loadServerPackage();
    return new ThrowawayServer(await startServer(buildServerConfig(settings, {})));
  }

  client(signal?: AbortSignal): InfluxClient {
    return new InfluxClient({
      host: `http://${this.#server.address}`,
      transport: this.#transport,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Holds exactly these data afterwards. */
  async fill(seed: readonly SeedData[]): Promise<void> {
    const client = this.client();
    for (const database of this.#databases) await client.deleteDatabase(database, "now");
    this.#databases = new Set(seed.map(({ database }) => database));
    for (const database of this.#databases) await client.createDatabase(database);
    for (const { database, lineProtocol } of seed) {
      if (lineProtocol.trim() === "") continue;
      try {
        await client.writeLp({ db: database, precision: "nanosecond" }, lineProtocol);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new LocalError(`the seed of database '${database}' was refused: ${why}`);
      }
    }
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
