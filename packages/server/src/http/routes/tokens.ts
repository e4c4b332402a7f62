import { deleteTokenQuery, namedTokenBody, routes, type TokenResponse } from "@millrace/api";
import type { Router } from "express";
import type { IssuedToken } from "../../catalog/index.ts";
import { jsonBody, queryString } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendEmpty, sendJson } from "../respond.ts";

/** Admin tokens: the text of a token leaves the server once, in the answer that creates it. */
export function tokenRoutes(router: Router, parts: HttpParts): void {
  const { tokens, maxRequestBytes } = parts;

  router.post(routes.createAdminToken.path, async (request, response) => {
    request.resume();
    sendJson(response, 201, tokenAnswer(await tokens.createAdmin()));
  });
  router.post(routes.regenerateAdminToken.path, async (request, response) => {
    request.resume();
    sendJson(response, 201, tokenAnswer(await tokens.regenerateAdmin()));
  });
  router.post(routes.createNamedToken.path, async (request, response) => {
    const body = await jsonBody(namedTokenBody, request, maxRequestBytes);
    sendJson(response, 201, tokenAnswer(await tokens.createNamed(body.token_name, body.expiry_secs ?? null)));
  });
  router.delete(routes.token.path, async (request, response) => {
    await tokens.remove(queryString(deleteTokenQuery, request).token_name);
    sendEmpty(response, 200);
  });
}

export function tokenAnswer({ token, info }: IssuedToken): TokenResponse {
  return {
    id: info.id,
    name: info.name,
    token,
    hash: info.hash,
    created_at: new Date(info.createdAtMs).toISOString(),
    expiry: info.expiryMs === null ? null : new Date(info.expiryMs).toISOString(),
  };
}
