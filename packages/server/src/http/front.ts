import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Logger, ServerError } from "../foundation/index.ts";
import type { RequestMeter } from "./request-meter.ts";
import { sendEmpty, sendError } from "./respond.ts";

export interface HttpRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly path: string;
  /** Everything after the first `?`; undefined when there is none. */
  readonly queryText: string | undefined;
}

export type Handler = (request: HttpRequest, response: ServerResponse) => void | Promise<void>;

export interface FrontOptions {
  clusterUuid: string;
  withoutAuth: boolean;
  /** Throws ServerError when the request may not go on. */
  authenticate(request: HttpRequest): void;
  /** `METHOD /path` → handler, served here; for the rest `matches` decides and `rest` serves. */
  hot: ReadonlyMap<string, Handler>;
  matches(method: string, path: string): boolean;
  rest: RequestListener;
  meter: RequestMeter;
  logger: Logger;
}

const TOKEN_ROUTES = "/api/v3/configure/token";

/**
 * The front dispatcher: OPTIONS, then authentication, then an exact match of method and path, else 404. No HEAD, no
 * tolerance of case or slashes; frameworks behind it never see a request that does not match.
 * docs/reference/http-api.md, "From request to answer".
 */
export function createFront(options: FrontOptions): RequestListener {
  const { hot, meter, logger } = options;
  return (raw, response) => {
    const url = withoutOrigin(raw.url ?? "/");
    raw.url = url;
    const mark = url.indexOf("?");
    const request: HttpRequest = {
      raw,
      method: raw.method ?? "GET",
      path: mark < 0 ? url : url.slice(0, mark),
      queryText: mark < 0 ? undefined : url.slice(mark + 1),
    };
    const route = `${request.method} ${request.path}`;
    meter.begin(route, response);
    response.setHeader("cluster-uuid", options.clusterUuid);
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "OPTIONS") return preflight(raw, response);
    try {
      if (options.withoutAuth && request.path.startsWith(TOKEN_ROUTES))
        throw new ServerError("started_without_auth");
      options.authenticate(request);
    } catch (error) {
      raw.resume();
      return sendError(response, error, logger);
    }
    const handler = hot.get(route);
    if (handler !== undefined) return serve(handler, request, response, logger);
    if (options.matches(request.method, request.path)) return options.rest(raw, response);
    raw.resume();
    sendError(response, new ServerError("route_not_found"), logger);
  };
}

function serve(handler: Handler, request: HttpRequest, response: ServerResponse, logger: Logger): void {
  try {
    handler(request, response)?.catch((error: unknown) => sendError(response, error, logger));
  } catch (error) {
    sendError(response, error, logger);
  }
}

function preflight(raw: IncomingMessage, response: ServerResponse): void {
  raw.resume();
  response.setHeader("access-control-allow-methods", "*");
  response.setHeader("access-control-allow-headers", "*");
  response.setHeader("access-control-max-age", "86400");
  sendEmpty(response, 204);
}

/** Proxies may name the whole address in the request line; routes know paths only. */
function withoutOrigin(url: string): string {
  return url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*(?=[/?]|$)/i, "");
}
