import { routes } from "@millrace/api";
import type { Router } from "express";
import type { HttpParts } from "../parts.ts";
import { sendText } from "../respond.ts";

/** `/metrics`: docs/reference/metrics.md. */
export function metricsRoutes(router: Router, { metrics }: HttpParts): void {
  router.get(routes.metrics.path, async (request, response) => {
    request.resume();
    sendText(response, 200, await metrics.text(), metrics.contentType);
  });
}
