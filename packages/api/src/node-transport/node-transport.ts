import * as http from "node:http";
import type { Agent } from "node:https";
import { ConnectError, type ConnectFailure, type Transport, type TransportRequest } from "../client/index.ts";
import type { TlsOptions } from "./tls-options.ts";

export type { TlsOptions };

export interface NodeTransportOptions {
  tls?: TlsOptions;
  /** How long a connection may take to open. */
  connectTimeoutMs?: number;
  /** How long a connection may stay silent once it is open: a query may think for a while. */
  idleTimeoutMs?: number;
}

const TLS_CODES = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

function failureOf(error: NodeJS.ErrnoException, connected: boolean): ConnectFailure {
  const code = error.code ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "dns";
  if (TLS_CODES.test(code)) return "tls";
  if (code === "ETIMEDOUT" && connected) return "timeout";
  return connected ? "closed" : "connect";
}

/** TLS costs start-up time, so only an `https:` request loads it. */
async function loadHttps(options: TlsOptions) {
  const [https, { secureOptions }] = await Promise.all([import("node:https"), import("./tls-options.ts")]);
  return { request: https.request, agent: new https.Agent({ keepAlive: true, ...secureOptions(options) }) };
}

type Https = Awaited<ReturnType<typeof loadHttps>>;

async function* relayBody(
  message: http.IncomingMessage,
  request: TransportRequest,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk as Uint8Array;
  } catch (error) {
    throw new ConnectError(request, "closed", (error as Error).message);
  }
}

function headersOf(message: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** The transport for Node: HTTP/1.1 with connections that are used again, TLS options and deadlines. */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  const { connectTimeoutMs = 10_000, idleTimeoutMs = 600_000 } = options;
  const plainAgent = new http.Agent({ keepAlive: true });
  let https: Promise<Https> | undefined;

  return async (request) => {
    const secure = request.url.startsWith("https:");
    if (secure) https ??= loadHttps(options.tls ?? {});
    const tlsParts = secure ? await https : undefined;
    const agent: http.Agent | Agent = tlsParts?.agent ?? plainAgent;
    const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
    return new Promise((resolve, reject) => {
      let connected = false;
      const outgoing = (tlsParts?.request ?? http.request)(request.url, {
        method: request.method,
        agent,
        headers: { ...request.headers, "content-length": String(body?.length ?? 0) },
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const fail = (failure: ConnectFailure, reason: string) => {
        reject(new ConnectError(request, failure, reason));
        outgoing.destroy();
      };
      const connectTimer = setTimeout(
        () => fail("connect", `no connection within ${connectTimeoutMs} ms`),
        connectTimeoutMs,
      );
      const onConnected = () => {
        connected = true;
        clearTimeout(connectTimer);
      };
      outgoing.on("socket", (socket) => {
        if (!socket.connecting) onConnected();
        else socket.once(secure ? "secureConnect" : "connect", onConnected);
      });
      outgoing.setTimeout(idleTimeoutMs, () => fail("timeout", `no answer within ${idleTimeoutMs} ms`));
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(connectTimer);
        // A host with several addresses fails with an empty message and the code of the attempts.
        const reason = error.message || (error.code ?? "");
        reject(new ConnectError(request, failureOf(error, connected), reason));
      });
      outgoing.on("response", (message) => {
        const status = message.statusCode ?? 0;
        resolve({ status, headers: headersOf(message), body: relayBody(message, request) });
      });
      outgoing.end(body);
    });
  };
}
