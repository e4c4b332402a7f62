import { buildServerConfig, ConfigError, type ServerConfig } from "@millrace/server/config";
import type { Io } from "../io/index.ts";
import { type Collected, UsageError } from "../parser/index.ts";
import type { LoadServer, RunningServer } from "./contract.ts";

/** A server that did not start, or that ended by itself. */
export class ServeError extends Error {
  override name = "ServeError";
  /** Some causes have a code of their own, so that a script can tell them apart: damaged files. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Values are checked by the server's own configuration, which also reads the environment. */
function configOf(collected: Collected, io: Io): ServerConfig {
  try {
    return buildServerConfig(Object.fromEntries(collected.options), io.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!error.usage) throw new ServeError(error.message);
    throw new UsageError(`error: ${error.message}\n\nFor more information, try '--help'.`);
  }
}

/** The first signal asks for a clean end, the second one does not wait for it. */
function endOnSignals(io: Io, started: Promise<RunningServer>): () => void {
  let asked = false;
  return io.signals.listen((name) => {
    if (asked) {
      io.signals.abort();
      return;
    }
    asked = true;
    started.then(
      (server) => server.close(`Received ${name}`),
      () => undefined,
    );
  });
}

/** Runs the server until it ends. */
export async function runServe(io: Io, collected: Collected, loadServer: LoadServer): Promise<number> {
  const config = configOf(collected, io);
  if (config.nodeIdGenerated) {
    await io.stderr.write(
      `Using auto-generated node id: ${config.nodeId}. For production deployments, explicitly set --node-id\n`,
    );
  }
  const started = loadServer().then((server) => server.startServer(config));
  const stopListening = endOnSignals(io, started);
  try {
    const server = await started;
    await server.closed;
    return 0;
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode?: number };
    throw new ServeError(message, exitCode);
  } finally {
    stopListening();
  }
}
