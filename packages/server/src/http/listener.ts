import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type Clock, ServerError, systemReason } from "../foundation/index.ts";
import { Connections } from "./connections.ts";

export interface ListenOptions {
  host: string;
  port: number;
  /** The command-line option that names the address, for who has to choose another one. */
  bindOption: string;
  /** PEM texts; without them the listener speaks plain HTTP. */
  tls?: { key: string; cert: string; minVersion: "TLSv1.2" | "TLSv1.3" };
}

export interface Listener {
  /** `host:port` as bound; the port is the real one when 0 was asked for. */
  readonly address: string;
  /** Stops accepting, lets running requests finish until the deadline, then cuts them. */
  close(deadlineMs: number): Promise<"graceful" | "timed out">;
}

const KEEP_ALIVE_MS = 75_000;

const SERVER_OPTIONS = {
  // Writers keep many small requests on one connection: Nagle's algorithm would hold their answers back.
  noDelay: true,
  // Statements come in URLs too, and are longer than what browsers keep to.
  maxHeaderSize: 128 * 1024,
  // Hand-written clients leave it out, and nothing here depends on it.
  requireHostHeader: false,
};

export async function listen(
  handler: RequestListener,
  options: ListenOptions,
  clock: Clock,
): Promise<Listener> {
  const server = createServer(options);
  const connections = new Connections(server, options.tls === undefined ? "connection" : "secureConnection");
  server.on("request", handler);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port, options.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new ServerError("bind_failed", {
      address: hostAndPort(options.host, options.port),
      detail: `${systemReason(error)}. ${bindHint(error, options.bindOption)}`,
    });
  }
  const { address, port } = server.address() as AddressInfo;
  return {
    address: hostAndPort(address, port),
    close: (deadlineMs) => close(server, connections, deadlineMs, clock),
  };
}

function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function bindHint(error: unknown, option: string): string {
  const other = `choose another address with ${option}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `Stop it, or ${other}`;
    case "EACCES":
      return `Ports below 1024 may need special rights: ask for them, or ${other}`;
    default:
      return `Correct the address, or ${other}`;
  }
}

function createServer({ tls }: ListenOptions): Server {
  if (tls === undefined) return createHttpServer(SERVER_OPTIONS);
  return createHttpsServer({ ...SERVER_OPTIONS, key: tls.key, cert: tls.cert, minVersion: tls.minVersion });
}

function close(
  server: Server,
  connections: Connections,
  deadlineMs: number,
  clock: Clock,
): Promise<"graceful" | "timed out"> {
  return new Promise((resolve) => {
    const timer = clock.schedule(deadlineMs, () => {
      server.closeAllConnections();
      resolve("timed out");
    });
    server.close(() => {
      timer.cancel();
      resolve("graceful");
    });
    connections.closeWhenIdle();
  });
}
