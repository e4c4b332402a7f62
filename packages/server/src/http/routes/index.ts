import type { Router } from "express";
import type { HttpParts } from "../parts.ts";
import { databaseRoutes } from "./databases.ts";
import { metricsRoutes } from "./metrics.ts";
import { packageRoutes } from "./packages.ts";
import { pluginFileRoutes } from "./plugin-files.ts";
import { pluginTestRoutes } from "./plugin-tests.ts";
import { queryRoutes } from "./query.ts";
import { statusRoutes } from "./status.ts";
import { tokenRoutes } from "./tokens.ts";
import { triggerRoutes } from "./triggers.ts";

export { serveRequestPlugin } from "./request-plugins.ts";
export { ping } from "./status.ts";
export { tokenAnswer } from "./tokens.ts";

/** Everything that is matched by its exact path and not on the way of a write. */
export function managementRoutes(router: Router, parts: HttpParts): void {
  statusRoutes(router, parts);
  metricsRoutes(router, parts);
  queryRoutes(router, parts);
  databaseRoutes(router, parts);
  tokenRoutes(router, parts);
  triggerRoutes(router, parts);
  pluginFileRoutes(router, parts);
  packageRoutes(router, parts);
  pluginTestRoutes(router, parts);
}
