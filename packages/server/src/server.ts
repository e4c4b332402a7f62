import type { RequestListener } from "node:http";
import type { ServerConfig } from "./config/index.ts";
import { type Clock, type Logger, systemClock } from "./foundation/index.ts";
import { createHttpHandler, type Listener, listen } from "./http/index.ts";
import { openParts, type Parts } from "./parts.ts";
import { listenOptions, startRecovery, writeAddressFile } from "./start/index.ts";

/** How long requests under way may take to finish when the server stops. */
const CLOSE_DEADLINE_MS = 30_000;

export interface RunningServer {
  /** `host:port` as bound. */
  readonly address: string;
  /** Stops accepting, makes everything durable and ends; the reason goes to the log. */
  close(reason?: string): Promise<void>;
  /** Settles when the server has ended, and fails when it ended because of an error. */
  readonly closed: Promise<void>;
}

/** Starts every part from one configuration, in order; resolves when the socket listens and all data is back. */
export async function startServer(config: ServerConfig, clock: Clock = systemClock): Promise<RunningServer> {
  const startedAtMs = clock.monotonicMs();
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const parts = await openParts(config, clock, (error) => fail(error));
  const { logger } = parts;
  const listeners: Listener[] = [];
  try {
    await parts.start();
    const handler = httpHandler(parts, config);
    const options = await listenOptions(config.http.bind, "--http-bind", config.http.tls);
    const main = await listen(handler, options, clock);
    listeners.push(main);
    parts.listens(main.address);
    const recovery = await startRecovery(config, parts, clock);
    if (recovery !== undefined) listeners.push(recovery);
    await writeAddressFile(config.http.addressFile, "--tcp-listener-file-path", main.address);
    const elapsedMs = Math.round(clock.monotonicMs() - startedAtMs);
    logger.info(`startup time: ${elapsedMs}ms`, { address: main.address });
    return running(parts, listeners, main.address, failure, logger);
  } catch (error) {
    for (const listener of listeners) await listener.close(0);
    await parts.close();
    throw error;
  }
}

function httpHandler(parts: Parts, config: ServerConfig): RequestListener {
  return createHttpHandler(parts.http, {
    withoutAuth: !config.auth.enabled,
    authenticate: ({ path, queryText, raw }) => {
      parts.authenticator.authenticate({ path, queryText, authorization: raw.headers.authorization });
    },
  });
}

function running(
  parts: Parts,
  listeners: readonly Listener[],
  address: string,
  failure: Promise<never>,
  logger: Logger,
): RunningServer {
  let closing: Promise<void> | undefined;
  let reasonOfFailure: Error | undefined;
  let settle: (outcome: Promise<void>) => void = () => {};
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const end = (deadlineMs: number, reason?: string): Promise<void> => {
    if (closing !== undefined) return closing;
    closing = shutDown(parts, listeners, logger, deadlineMs, reason);
    const outcome = closing.then(() => {
      if (reasonOfFailure !== undefined) throw reasonOfFailure;
    });
    settle(outcome);
    return closing;
  };
  failure.catch((error: Error) => {
    reasonOfFailure = error;
    logger.error("the server stops because of an error", { error: error.message });
    // What made it stop may be that the files are another server's by now: nothing is finished first.
    end(0).catch(() => {});
  });
  const close = (reason?: string): Promise<void> => end(CLOSE_DEADLINE_MS, reason);
  return { address, close, closed };
}

async function shutDown(
  parts: Parts,
  listeners: readonly Listener[],
  logger: Logger,
  deadlineMs: number,
  reason: string | undefined,
): Promise<void> {
  if (reason !== undefined) logger.info(reason);
  logger.info("shutdown requested");
  parts.windDown();
  const endings = await Promise.all(listeners.map((listener) => listener.close(deadlineMs)));
  if (endings.includes("timed out"))
    logger.warn(`Graceful shutdown timed out after ${deadlineMs / 1000} seconds`);
  else logger.info("All connections closed gracefully");
  logger.info("frontend shutdown completed");
  await parts.close();
}
