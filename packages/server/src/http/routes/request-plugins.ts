import { type IncomingMessage, type ServerResponse, validateHeaderName } from "node:http";
import { ENGINE_PREFIX } from "@millrace/api";
import type { ProcessingEngine } from "../../engine/index.ts";
import { ServerError } from "../../foundation/index.ts";
import { ClientGone, join, readBody } from "../body.ts";
import { searchParams } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { peerOf } from "../peer.ts";

type PluginAnswer = NonNullable<Awaited<ReturnType<ProcessingEngine["handleRequest"]>>>;
type Header = readonly [name: string, value: string];

/** `GET` and `POST` below the engine prefix: docs/reference/processing-engine.md, "Request plugins". */
export async function serveRequestPlugin(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "";
  const path = url.slice(ENGINE_PREFIX.length).split("?", 1)[0]!;
  const body = join(await readBody(request, parts.maxRequestBytes));
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  });
  const call = { query: Object.fromEntries(searchParams(url)), headers: pluginHeaders(request), body };
  const answer = await parts.engine.handleRequest(path, call, gone.signal, peerOf(request));
  if (answer === undefined) throw new ServerError("request_path_not_found");
  send(response, answer);
}

/** Lower-case names, the last of several values, and never the caller's credentials. */
function pluginHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name !== "authorization") headers.push([name, rawHeaders[i + 1]!]);
  }
  return Object.fromEntries(headers);
}

/** How a message is framed, and what every answer carries, is the server's business. */
const OWN_HEADERS = new Set([
  "access-control-allow-origin",
  "cluster-uuid",
  "connection",
  "content-length",
  "keep-alive",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const BODILESS = new Set([204, 304]);

function send(response: ServerResponse, { status, headers, body }: PluginAnswer): void {
  // An interim status as the last word would leave the client waiting for ever.
  if (status < 200 || status > 999) throw new ServerError("request_handler_down");
  const checked = headers.map(checkedHeader).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  response.statusCode = status;
  for (const [name, value] of checked) response.appendHeader(name, value);
  if (BODILESS.has(status)) {
    response.end();
    return;
  }
  response.setHeader("content-length", body.length);
  response.end(body);
}

function checkedHeader([name, value]: Header): Header {
  try {
    validateHeaderName(name);
  } catch {
    throw new ServerError("request_handler_down");
  }
  return [name, /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? value : ""];
}
