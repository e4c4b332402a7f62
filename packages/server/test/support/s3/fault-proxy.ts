import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type FaultRule, Faults } from "./faults.ts";
import { KeyedQueue } from "./keyed-queue.ts";

export interface FaultProxyOptions {
  /** Of the S3 server. */
  port: number;
  /** Of this proxy; default: any free one. */
  listenPort?: number;
  seed?: number;
  /** The most objects that one listing names. */
  pageSize?: number;
}

export interface SeenRequest {
  readonly method: string;
  /** Without the bucket. */
  readonly key: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly status: number | undefined;
}

export type Condition = "if-none-match" | "if-match";

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Stands before an S3 server that knows no conditional writes, and adds them; makes its writes atomic; and does wrong
 * what it is told to. Its rules and counts are also at `POST /-/rules` and `GET /-/counts`.
 */
export class FaultProxy {
  readonly seen: SeenRequest[] = [];
  /** Conditions that are not named are ignored, as services do that do not know them. */
  conditions: readonly Condition[] = ["if-none-match", "if-match"];
  /** Objects that are read have no ETag. */
  withoutTags = false;
  pageSize: number;
  readonly #faults: Faults;
  readonly #port: number;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #queue = new KeyedQueue();
  readonly #late = new Set<Promise<void>>();
  readonly #server = http.createServer((request, response) => {
    this.#serve(request, response).catch((error: Error) => response.destroy(error));
  });

  private constructor(options: FaultProxyOptions) {
    this.#port = options.port;
    this.#faults = new Faults(options.seed ?? 1);
    this.pageSize = options.pageSize ?? 1_000;
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(options.listenPort ?? 0, "127.0.0.1", resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set rules(rules: readonly FaultRule[]) {
    this.#faults.rules = rules;
  }

  /** Requests by method. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { method } of this.seen) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  }

  /** Resolves when everything that was late has been done. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late);
  }

  /** As a server that is not there: connections are refused from now on. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.settled();
    this.#agent.destroy();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await collect(request);
    const url = new URL(request.url ?? "/", "http://proxy");
    if (url.pathname.startsWith("/-/")) return this.#control(url.pathname, body, response);
    const method = request.method ?? "GET";
    const key = decodeURIComponent(url.pathname.replace(/^\/[^/]*\/?/, ""));
    const rule = this.#faults.pick(method, key);
    let status: number | undefined;
    await this.#queue.run(url.pathname, async () => {
      status = await this.#answer(request, body, response, rule);
    });
    this.seen.push({ method, key, headers: request.headers, status });
  }

  /** Returns the status that the client got; undefined when it got none. */
  async #answer(
    request: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
    rule: FaultRule | undefined,
  ): Promise<number | undefined> {
    switch (rule?.fault) {
      case "error":
        return send(response, failure(rule, 503));
      case "reset":
        request.socket.resetAndDestroy();
        return undefined;
      case "hang":
        return undefined;
      case "late":
        this.#askLater(request, body, rule.delayMs ?? 100);
        return send(response, failure(rule, 503));
      case "slow":
        await delay(rule.delayMs ?? 100);
    }
    const answer = await this.#ask(request, body);
    switch (rule?.fault) {
      case "error-after":
        return send(response, failure(rule, 500));
      case "reset-after":
        request.socket.resetAndDestroy();
        return undefined;
      case "truncate":
        response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
        response.write(answer.body.subarray(0, answer.body.length >> 1), () => request.socket.destroy());
        return answer.status;
      default:
        return send(response, answer, request.method);
    }
  }

  async #ask(request: http.IncomingMessage, body: Buffer): Promise<Answer> {
    const refusal = request.method === "PUT" ? await this.#refusal(request) : undefined;
    if (refusal !== undefined) return refusal;
    const url = new URL(request.url!, "http://proxy");
    if (url.searchParams.get("list-type") === "2") return await this.#list(url, request.headers.host);
    const answer = await this.#forward(request.method!, request.url!, request.headers, body);
    if (request.method !== "GET" || !this.withoutTags) return answer;
    const { etag: _, ...headers } = answer.headers;
    return { ...answer, headers };
  }

  /** When a condition does not hold. */
  async #refusal({ url, headers }: http.IncomingMessage): Promise<Answer | undefined> {
    const [creates, replaces] = (["if-none-match", "if-match"] as const).map((name) =>
      this.conditions.includes(name) ? headers[name] : undefined,
    );
    if (creates === undefined && replaces === undefined) return undefined;
    const found = await this.#forward("HEAD", url!, { host: headers.host });
    if (creates === "*" && found.status === 200) return failure({ code: "PreconditionFailed" }, 412);
    if (replaces === undefined) return undefined;
    if (found.status === 404) return failure({ code: "NoSuchKey" }, 404);
    return found.headers.etag === replaces ? undefined : failure({ code: "PreconditionFailed" }, 412);
  }

  #askLater(request: http.IncomingMessage, body: Buffer, delayMs: number): void {
    const { pathname } = new URL(request.url!, "http://proxy");
    const late = delay(delayMs)
      .then(() => this.#queue.run(pathname, async () => void (await this.#ask(request, body))))
      .finally(() => this.#late.delete(late));
    this.#late.add(late);
  }

  /** The server makes its tokens for the next page with a function that Node no longer has: here they are keys. */
  async #list(url: URL, host: string | undefined): Promise<Answer> {
    const query = new URLSearchParams({
      prefix: url.searchParams.get("prefix") ?? "",
      "max-keys": String(this.pageSize),
    });
    const after = url.searchParams.get("continuation-token");
    if (after !== null) query.set("marker", after);
    const answer = await this.#forward("GET", `${url.pathname}?${query}`, { host });
    const text = answer.body.toString("utf8");
    if (!text.includes("<IsTruncated>true")) return answer;
    const last = [...text.matchAll(/<Key>(.*?)<\/Key>/g)].at(-1)![1];
    const token = `<NextContinuationToken>${last}</NextContinuationToken></ListBucketResult>`;
    return { ...answer, body: Buffer.from(text.replace("</ListBucketResult>", token)) };
  }

  #forward(
    method: string,
    path: string,
    headers: http.OutgoingHttpHeaders,
    body: Uint8Array = new Uint8Array(0),
  ): Promise<Answer> {
    const { expect: _, ...rest } = headers;
    return new Promise((resolve, reject) => {
      const forwarded = http.request(
        { host: "127.0.0.1", port: this.#port, agent: this.#agent, method, path, headers: rest },
        (answer) => {
          collect(answer).then(
            (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
            reject,
          );
        },
      );
      forwarded.on("error", reject).end(body);
    });
  }

  #control(path: string, body: Buffer, response: http.ServerResponse): void {
    if (path === "/-/rules") this.rules = JSON.parse(body.toString("utf8")) as FaultRule[];
    response.setHeader("content-type", "application/json").end(JSON.stringify(this.counts()));
  }
}

async function collect(stream: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function failure({ status, code }: { status?: number; code?: string }, usual: number): Answer {
  const body = Buffer.from(
    `<?xml version="1.0"?><Error><Code>${code ?? "InternalError"}</Code><Message>injected</Message></Error>`,
  );
  return { status: status ?? usual, headers: { "content-type": "application/xml" }, body };
}

function send(response: http.ServerResponse, { status, headers, body }: Answer, method?: string): number {
  const { connection: _, "transfer-encoding": __, ...rest } = headers;
  const length =
    method === "HEAD" || status === 204 || status === 304 ? {} : { "content-length": body.length };
  response.writeHead(status, { ...rest, ...length }).end(body);
  return status;
}
