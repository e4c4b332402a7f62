import type { Connection } from "vscode-languageserver";
import type { Environment } from "../analysis/index.ts";
import { readClient } from "./client.ts";
import { RunningServer } from "./running-server.ts";

export interface ServerOptions {
  readonly connection: Connection;
  readonly environment: Environment;
  /** The script of pyright's language server. */
  readonly pyrightScript: string;
  readonly version: string;
}

/** Serves one editor. */
export function startServer(options: ServerOptions): { dispose(): void } {
  const { connection } = options;
  let running: RunningServer | undefined;
  connection.onInitialize(async (params) => {
    running = await RunningServer.start(options, readClient(params));
    return {
      capabilities: running.capabilities,
      serverInfo: { name: "Millrace language server", version: options.version },
    };
  });
  connection.onInitialized(() => running?.initialized());
  connection.onShutdown(() => running?.stop());
  connection.listen();
  return { dispose: () => running?.dispose() };
}
