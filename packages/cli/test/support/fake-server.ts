import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  method: string;
  /** Path and query string. */
  url: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status?: number;
  body?: string | Uint8Array;
}

type Responder = (request: RecordedRequest) => Answer;

/** An HTTP server that records what it is asked and answers what the test says. */
export class FakeServer {
  readonly requests: RecordedRequest[] = [];
  respond: Responder = () => ({});
  readonly #server: http.Server;

  constructor() {
    this.#server = http.createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks) };
      this.requests.push(request);
      const { status = 200, body = "" } = this.respond(request);
      response.writeHead(status);
      response.end(body);
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.requests.length = 0;
    this.respond = () => ({});
  }

  /** `METHOD /path?query body` of every request so far. */
  get lines(): string[] {
    return this.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trimEnd());
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Starts a server before the tests of a suite and stops it after them. */
export function useFakeServer(): FakeServer {
  const server = new FakeServer();
  before(() => server.start());
  beforeEach(() => server.reset());
  after(() => server.stop());
  return server;
}
