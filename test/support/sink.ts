import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SinkRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface SinkAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** An HTTP server outside of the one that is tested, for what plugins send. */
export interface Sink {
  /** As `--plugin-network` takes it. */
  readonly address: string;
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  close(): void;
}

/** Answers 204 to everything that `answer` has no answer for. */
export async function openSink(
  answer: (request: SinkRequest) => SinkAnswer | undefined = () => undefined,
): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, path: url.split("?")[0]!, headers, body: Buffer.concat(parts).toString() };
      requests.push(request);
      const { status, headers: sent = {}, body = "" } = answer(request) ?? { status: 204 };
      response.writeHead(status, sent).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    url: `http://${address}`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
