import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import {
  NetworkPolicy,
  type OwnServer,
  type PluginNetworkOptions,
  pluginNetwork,
  type RunOutcome,
} from "@millrace/plugin-runtime";
import { FakeHost, type Plugins, startPlugins } from "./support.ts";

const read = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");

/** Self-signed for localhost, api.example.com and 127.0.0.1. */
export const CERTIFICATE = read("tls-certificate.pem");
export const TLS = { key: read("tls-key.pem"), cert: CERTIFICATE };

export interface NetworkOptions extends Partial<Omit<PluginNetworkOptions, "policy">> {
  readonly allow: readonly string[];
  readonly own?: () => OwnServer | undefined;
}

export function startWithNetwork({ allow, own, ...options }: NetworkOptions): Promise<Plugins> {
  const policy = new NetworkPolicy(allow, own);
  const host = Object.assign(new FakeHost(), { openNetwork: pluginNetwork({ policy, ...options }) });
  return startPlugins({ host });
}

export interface TestServer {
  readonly port: number;
  /** Connections that were made so far. */
  connections(): number;
  /** Connections that are open now. */
  open(): Promise<number>;
  close(): Promise<void>;
}

export function serveHttp(handler: http.RequestListener): Promise<TestServer> {
  return listen(http.createServer(handler));
}

export function serveHttps(
  handler: http.RequestListener,
  options: https.ServerOptions = {},
): Promise<TestServer> {
  return listen(https.createServer({ ...TLS, ...options }, handler));
}

export function serveTcp(handler: (socket: net.Socket) => void): Promise<TestServer> {
  return listen(net.createServer({ allowHalfOpen: true }, handler));
}

async function listen(server: net.Server): Promise<TestServer> {
  let connections = 0;
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    connections: () => connections,
    open: async () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = performance.now() + 5000;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What the run says about its connections. */
export function networkEvents(outcome: RunOutcome): string[] {
  return outcome.events.flatMap((event) => (event.kind === "network" ? [event.message] : []));
}
