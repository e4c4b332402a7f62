import { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { type Logger, ServerError, silentLogger, systemClock } from "#src/foundation/index.js";
import { createHttpHandler, type HttpParts, type Listener, listen, RequestMeter } from "#src/http/index.js";
import type { IncomingBody, WritePath, WriteRequest, WriteResult } from "#src/ingest/index.js";
import type { QueryStream, SqlRequest } from "#src/query/index.js";

export const CLUSTER = "11111111-2222-3333-4444-555555555555";
export const LIMIT_BYTES = 10_000;

export interface PluginRequest {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Uint8Array;
}

const ENGINE_METHODS = [
  "createTrigger",
  "updateTrigger",
  "runTrigger",
  "testRequest",
  "plugins",
  "pluginContent",
  "uploadPluginFile",
  "replacePluginFile",
  "replacePluginDirectory",
  "installPackages",
  "installRequirements",
  "packages",
];

interface PluginAnswer {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
}

/** The HTTP room with nothing real behind it: what it hands on is recorded, what it gets back is set by the test. */
export class HttpRig {
  readonly writes: WriteRequest[] = [];
  readonly queries: SqlRequest[] = [];
  readonly pluginCalls: { path: string; request: PluginRequest; gone: AbortSignal }[] = [];
  /** What routes other than those of request plugins asked of the processing engine. */
  readonly engineCalls: [method: string, ...values: unknown[]][] = [];
  /** Texts of the log's errors: a request that is merely wrong must not leave any. */
  readonly defects: string[] = [];
  readonly meter = new RequestMeter(systemClock);
  untilAdmitted: WritePath["untilAdmitted"] = () => undefined;
  receive: (sizeBytes: number) => IncomingBody | undefined = () => undefined;
  write: (request: WriteRequest) => Promise<WriteResult> = async () => ({ acceptedLines: 1, errors: [] });
  sql: (request: SqlRequest) => Promise<QueryStream> = async () => answerOf("[]");
  engine: (method: string) => Promise<unknown> = async () => undefined;
  plugin: (path: string) => Promise<PluginAnswer | undefined> = async () => undefined;
  /** Whether a framework has laid hands on the last request. */
  lastRequestIsPlain = false;
  listener!: Listener;

  static async start(options: { withoutAuth?: boolean; token?: string } = {}): Promise<HttpRig> {
    const rig = new HttpRig();
    const handler = createHttpHandler(rig.#parts(), {
      withoutAuth: options.withoutAuth ?? false,
      authenticate: ({ raw }) => {
        if (options.token !== undefined && raw.headers.authorization !== options.token)
          throw new ServerError("not_authenticated");
      },
    });
    rig.listener = await listen(
      (request, response) => {
        handler(request, response);
        rig.lastRequestIsPlain = Object.getPrototypeOf(request) === IncomingMessage.prototype;
      },
      { host: "127.0.0.1", port: 0, bindOption: "--http-bind" },
      systemClock,
    );
    return rig;
  }

  get url(): string {
    return `http://${this.listener.address}`;
  }

  get lastWrite(): WriteRequest {
    return this.writes.at(-1)!;
  }

  async stop(): Promise<void> {
    await this.listener.close(0);
  }

  open(): Connection {
    return new Connection(Number(this.listener.address.split(":")[1]));
  }

  #parts(): HttpParts {
    const logger: Logger = { ...silentLogger, child: () => logger, error: (text) => this.defects.push(text) };
    const parts: Pick<
      HttpParts,
      "clusterUuid" | "processId" | "product" | "maxRequestBytes" | "meter" | "metrics" | "clock" | "logger"
    > = {
      clusterUuid: CLUSTER,
      processId: "process",
      product: { name: "InfluxDB 3 Core", influxdbVersion: "3.10.0", version: "9.9.9", revision: "abc" },
      maxRequestBytes: LIMIT_BYTES,
      meter: this.meter,
      metrics: { contentType: "text/plain", text: async () => "# EOF\n" },
      clock: systemClock,
      logger,
    };
    const services = {
      writes: {
        untilAdmitted: (database: string, sizeBytes: number | undefined) =>
          this.untilAdmitted(database, sizeBytes),
        receive: (sizeBytes: number) => this.receive(sizeBytes),
        write: (request: WriteRequest) => {
          this.writes.push(request);
          return this.write(request);
        },
      },
      query: {
        sql: (request: SqlRequest) => {
          this.queries.push(request);
          return this.sql(request);
        },
      },
      engine: {
        handleRequest: (path: string, request: PluginRequest, gone: AbortSignal) => {
          this.pluginCalls.push({ path, request, gone });
          return this.plugin(path);
        },
        ...Object.fromEntries(
          ENGINE_METHODS.map((method) => [
            method,
            (...values: unknown[]) => {
              this.engineCalls.push([method, ...values]);
              return this.engine(method);
            },
          ]),
        ),
        capabilities: () => ({ features: [], pythonVersion: null }),
      },
    };
    return { ...parts, ...services } as unknown as HttpParts;
  }
}

export function answerOf(...chunks: (string | Error)[]): QueryStream {
  return { contentType: "application/json", chunks: pieces(chunks) };
}

async function* pieces(chunks: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A client that sends bytes as they are, so that it can be wrong in every way. */
export class Connection {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = "";
  #wake: () => void = () => {};
  #ended = false;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("error", () => {});
    this.socket.setEncoding("latin1").on("data", (text: string) => {
      this.#received += text;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once("close", () => {
        this.#ended = true;
        this.#wake();
        resolve();
      });
    });
  }

  send(...pieces: (string | Uint8Array)[]): this {
    for (const piece of pieces) this.socket.write(piece);
    return this;
  }

  /** The next complete answer on this connection. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const parsed = parseAnswer(this.#received);
      if (parsed !== undefined) {
        this.#received = this.#received.slice(parsed.sizeBytes);
        return parsed.answer;
      }
      if (this.#ended) throw new Error(`the connection ended after: ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function parseAnswer(text: string): { answer: RawAnswer; sizeBytes: number } | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first, ...lines] = text.slice(0, headEnd).split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]} | ${value}` : value;
  }
  const status = Number(first!.split(" ")[1]);
  const sizeBytes = status === 204 || status === 304 ? 0 : Number(headers["content-length"] ?? 0);
  const bodyStart = headEnd + 4;
  if (text.length < bodyStart + sizeBytes) return undefined;
  return {
    answer: { status, headers, body: text.slice(bodyStart, bodyStart + sizeBytes) },
    sizeBytes: bodyStart + sizeBytes,
  };
}
