import type { ServerResponse } from "node:http";
import { type CapabilitiesResponse, PING_HEADERS, type PingResponse, routes } from "@millrace/api";
import type { Router } from "express";
import type { HttpParts } from "../parts.ts";
import { requestId } from "../request-id.ts";
import { sendJson, sendText } from "../respond.ts";

/** `/ping`, served by the front: clients and load balancers call it all the time. */
export function ping(parts: HttpParts, response: ServerResponse): void {
  const { product } = parts;
  const id = requestId(parts.clock);
  response.setHeader(PING_HEADERS.version, product.influxdbVersion);
  response.setHeader(PING_HEADERS.build, "Core");
  response.setHeader(PING_HEADERS.millraceVersion, product.version);
  response.setHeader("Request-Id", id);
  response.setHeader("X-Request-Id", id);
  const body: PingResponse = {
    product_name: product.name,
    version: product.influxdbVersion,
    revision: product.revision,
    process_id: parts.processId,
  };
  sendJson(response, 200, body);
}

export function statusRoutes(router: Router, parts: HttpParts): void {
  for (const { path } of [routes.health, routes.healthV1]) {
    router.get(path, (request, response) => {
      request.resume();
      sendText(response, 200, "OK", "text/plain; charset=utf-8");
    });
  }
  router.get(routes.capabilities.path, (request, response) => {
    request.resume();
    const body: CapabilitiesResponse = {
      product: "millrace",
      version: parts.product.version,
      influxdbVersion: parts.product.influxdbVersion,
      ...parts.engine.capabilities(),
    };
    sendJson(response, 200, body);
  });
}
