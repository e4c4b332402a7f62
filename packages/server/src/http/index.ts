import type { RequestListener } from "node:http";
import { routes } from "@millrace/api";
import { createManagementApp, managementMatches } from "./app.ts";
import { createFront, type Handler, type HttpRequest } from "./front.ts";
import type { HttpParts } from "./parts.ts";
import { ping } from "./routes/index.ts";
import { writeHandlers } from "./write-routes.ts";

export type { HttpRequest } from "./front.ts";
export { type Listener, type ListenOptions, listen } from "./listener.ts";
export type { HttpParts, Product } from "./parts.ts";
export { createRecoveryHandler } from "./recovery.ts";
export { RequestMeter, type RequestOutcome, type RequestSeries } from "./request-meter.ts";

export interface HttpOptions {
  withoutAuth: boolean;
  /** Throws ServerError when the request may not go on. */
  authenticate(request: HttpRequest): void;
}

/** The whole HTTP face of the server as one request listener. */
export function createHttpHandler(parts: HttpParts, options: HttpOptions): RequestListener {
  const pingHandler: Handler = (request, response) => {
    request.raw.resume();
    ping(parts, response);
  };
  const hot = writeHandlers(parts);
  for (const method of routes.ping.methods) hot.set(`${method} ${routes.ping.path}`, pingHandler);
  return createFront({
    clusterUuid: parts.clusterUuid,
    withoutAuth: options.withoutAuth,
    authenticate: options.authenticate,
    hot,
    matches: managementMatches,
    rest: createManagementApp(parts),
    meter: parts.meter,
    logger: parts.logger,
  });
}
