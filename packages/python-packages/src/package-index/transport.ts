import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A longer answer is an error. */
  readonly maxBytes: number;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** One exchange over HTTP, without following redirects. Rejects when there was no complete answer. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

export class TooLargeError extends Error {}

/** The network of this machine; `certificates` (PEM) are trusted beside those that Node.js brings. */
export function nodeTransport(certificates: string | undefined): Transport {
  const ca = certificates === undefined ? undefined : [...rootCertificates, certificates];
  return (request) =>
    new Promise((resolve, reject) => {
      const send = request.url.startsWith("https:") ? httpsRequest : httpRequest;
      const outgoing: ClientRequest = send(
        request.url,
        { headers: request.headers, agent: false, ...(ca === undefined ? {} : { ca }) },
        (incoming) => collect(incoming, request).then(resolve, reject),
      );
      const deadline = setTimeout(
        () => outgoing.destroy(new Error(`no complete answer within ${request.timeoutMs / 1000} s`)),
        request.timeoutMs,
      );
      outgoing.once("close", () => clearTimeout(deadline));
      outgoing.once("error", reject);
      outgoing.end();
    });
}

async function collect(incoming: IncomingMessage, { maxBytes }: HttpRequest): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      incoming.destroy();
      throw new TooLargeError(`the answer is larger than the ${maxBytes} bytes that are allowed`);
    }
    chunks.push(chunk);
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return { status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks, sizeBytes) };
}
