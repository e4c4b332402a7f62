import { InfluxClient } from "@millrace/api/client";
import { nodeTransport } from "@millrace/api/node";
import type { SeedServer } from "@millrace/plugin-runtime";
import { buildServerConfig } from "@millrace/server/config";
import { loadServerPackage, type RunningServer } from "../serve/index.ts";

/** A database in memory, in this process, for the queries of test cases. */
export class ThrowawayServer implements SeedServer {
  readonly #server: RunningServer;
  readonly #transport = nodeTransport();

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

  close(): Promise<void> {
    return this.#server.close();
  }
}
