import type { RequestListener } from "node:http";
import { ENGINE_PREFIX, type Method, type Route, routes } from "@millrace/api";
import express, { type NextFunction, type Request, type Response } from "express";
import type { HttpParts } from "./parts.ts";
import { sendError } from "./respond.ts";
import { managementRoutes, serveRequestPlugin } from "./routes/index.ts";

const served: readonly Route[] = [
  routes.querySql,
  routes.health,
  routes.healthV1,
  routes.metrics,
  routes.database,
  routes.retentionPeriod,
  routes.table,
  routes.trigger,
  routes.enableTrigger,
  routes.disableTrigger,
  routes.updateTrigger,
  routes.runTrigger,
  routes.pluginFiles,
  routes.pluginDirectory,
  routes.plugins,
  routes.pluginContent,
  routes.installPackages,
  routes.installRequirements,
  routes.packages,
  routes.testWalPlugin,
  routes.testSchedulePlugin,
  routes.testRequestPlugin,
  routes.createAdminToken,
  routes.regenerateAdminToken,
  routes.createNamedToken,
  routes.token,
  routes.capabilities,
];

const exact = new Set(
  served.flatMap((route) => route.methods.map((method: Method) => `${method} ${route.path}`)),
);

/** Whether the management application has a handler for exactly this method and path. */
export function managementMatches(method: string, path: string): boolean {
  if (exact.has(`${method} ${path}`)) return true;
  return path.startsWith(ENGINE_PREFIX) && (method === "GET" || method === "POST");
}

/** The management routes on Express; requests get here only after the front has authenticated and matched them. */
export function createManagementApp(parts: HttpParts): RequestListener {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.use((request, response, next) => {
    if (!request.url.startsWith(ENGINE_PREFIX)) return next();
    serveRequestPlugin(parts, request, response).catch(next);
  });
  const router = express.Router({ caseSensitive: true, strict: true });
  managementRoutes(router, parts);
  app.use(router);
  // Express tells error handlers from others by their four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendError(response, error, parts.logger);
  });
  return app as RequestListener;
}
