import type { IncomingMessage, ServerResponse } from "node:http";
import { ServerError } from "../foundation/index.ts";
import type { WritePath } from "../ingest/index.ts";
import { ClientGone } from "./body.ts";
import type { Handler, HttpRequest } from "./front.ts";
import { sendError } from "./respond.ts";
import { receiveWrite } from "./write-body.ts";
import { parseV1Target, parseV2Target, parseV3Target, type WriteTarget } from "./write-target.ts";

export interface WriteRouteOptions {
  writes: WritePath;
  maxRequestBytes: number;
  logger: import("../foundation/index.ts").Logger;
}

/** Texts that make a partial write a 422 instead of a 400: docs/reference/http-api.md, "Writes". */
const LIMIT_TEXTS = [
  "Update to schema would exceed number of",
  "Adding a new database would exceed limit of",
];

/** The three write endpoints: one pipeline, three ways to name the target and to word an error. */
export function writeHandlers(options: WriteRouteOptions): Map<string, Handler> {
  const targets = memoise(parseV3Target);
  return new Map<string, Handler>([
    [
      "POST /api/v3/write_lp",
      (request, response) => write(options, targets(request.queryText), request, response),
    ],
    [
      "POST /write",
      (request, response) => write(options, parseV1Target(request.queryText), request, response),
    ],
    [
      "POST /api/v2/write",
      async (request, response) => {
        try {
          await write(options, parseV2Target(request.queryText), request, response);
        } catch (error) {
          sendError(response, error, options.logger, "v2");
        }
      },
    ],
  ]);
}

async function write(
  options: WriteRouteOptions,
  target: WriteTarget,
  request: HttpRequest,
  response: ServerResponse,
): Promise<void> {
  const turn = untilAdmitted(options.writes, target.database, request.raw);
  const admitted = turn === undefined || (await turn);
  const { body, sizeBytes } = await receiveWrite(request.raw, options.writes, options.maxRequestBytes);
  const result = await options.writes.write({
    database: target.database,
    body,
    sizeBytes,
    precision: target.precision,
    acceptPartial: target.acceptPartial,
    noSync: target.noSync,
    admitted,
  });
  if (result.errors.length === 0) {
    response.statusCode = 204;
    response.end();
    return;
  }
  const limited = result.errors.some(({ error_message: text }) =>
    LIMIT_TEXTS.some((start) => text.startsWith(start)),
  );
  throw new ServerError(limited ? "partial_write_limit" : "partial_write", {}, result.errors);
}

/** While a write has to wait, its body stays with the client. */
function untilAdmitted(
  writes: WritePath,
  database: string,
  request: IncomingMessage,
): Promise<boolean> | undefined {
  const announced = request.headers["content-length"];
  const turn = writes.untilAdmitted(database, announced === undefined ? undefined : Number(announced));
  return turn?.then((admitted) => {
    if (request.destroyed) throw new ClientGone();
    return admitted;
  });
}

const REMEMBERED_TARGETS = 256;

/** Writers repeat the same URL for ever; parsing it once keeps small writes cheap. */
function memoise(parse: (queryText: string | undefined) => WriteTarget): typeof parse {
  const known = new Map<string, WriteTarget>();
  return (queryText) => {
    const hit = queryText === undefined ? undefined : known.get(queryText);
    if (hit !== undefined) return hit;
    const target = parse(queryText);
    if (known.size >= REMEMBERED_TARGETS) known.clear();
    known.set(queryText!, target);
    return target;
  };
}
