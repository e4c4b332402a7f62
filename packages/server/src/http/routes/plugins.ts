import type { IncomingMessage, ServerResponse } from "node:http";
import {
  createTriggerBody,
  deleteTriggerBody,
  deleteTriggerQuery,
  ENGINE_PREFIX,
  routes,
  schedulePluginTestBody,
  triggerNameQuery,
  walPluginTestBody,
} from "@millrace/api";
import type { Router } from "express";
import { join, readBody } from "../body.ts";
import { hasQueryString, jsonBody, queryString, searchParams } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendEmpty, sendJson, sendText } from "../respond.ts";

/** Triggers, plugin tests, and the routes that request plugins serve. */
export function pluginRoutes(router: Router, parts: HttpParts): void {
  const { engine, maxRequestBytes } = parts;

  router.post(routes.trigger.path, async (request, response) => {
    const body = await jsonBody(createTriggerBody, request, maxRequestBytes);
    await engine.createTrigger({
      database: body.db,
      name: body.trigger_name,
      pluginFilename: body.plugin_filename,
      specification: body.trigger_specification,
      runAsync: body.trigger_settings.run_async,
      errorBehavior: body.trigger_settings.error_behavior,
      arguments: body.trigger_arguments ?? null,
      disabled: body.disabled,
    });
    sendEmpty(response, 200);
  });
  router.delete(routes.trigger.path, async (request, response) => {
    const target = hasQueryString(request)
      ? queryString(deleteTriggerQuery, request)
      : await jsonBody(deleteTriggerBody, request, maxRequestBytes);
    await engine.deleteTrigger(target.db, target.trigger_name, { force: target.force });
    sendEmpty(response, 200);
  });
  router.post(routes.enableTrigger.path, async (request, response) => {
    const target = queryString(triggerNameQuery, request);
    await engine.enableTrigger(target.db, target.trigger_name);
    sendEmpty(response, 200);
  });
  router.post(routes.disableTrigger.path, async (request, response) => {
    const target = queryString(triggerNameQuery, request);
    await engine.disableTrigger(target.db, target.trigger_name);
    sendEmpty(response, 200);
  });
  router.post(routes.testWalPlugin.path, async (request, response) => {
    const body = await jsonBody(walPluginTestBody, request, maxRequestBytes);
    sendJson(response, 200, await engine.testWal(body));
  });
  router.post(routes.testSchedulePlugin.path, async (request, response) => {
    const body = await jsonBody(schedulePluginTestBody, request, maxRequestBytes);
    sendJson(response, 200, await engine.testSchedule(body));
  });
}

/** `GET` and `POST` below the engine prefix: docs/reference/processing-engine.md, "Request plugins". */
export async function serveRequestPlugin(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "";
  const path = url.slice(ENGINE_PREFIX.length).split("?", 1)[0]!;
  const body = join(await readBody(request, parts.maxRequestBytes));
  const answer = await parts.engine.handleRequest(path, {
    query: Object.fromEntries(searchParams(url)),
    headers: pluginHeaders(request),
    body,
  });
  if (answer === undefined) return sendText(response, 404, '{error: "not found"}');
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.setHeader("content-length", answer.body.length);
  response.end(answer.body);
}

/** Lower-case names, the last of several values, and never the caller's credentials. */
function pluginHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!.toLowerCase();
    if (name !== "authorization") headers[name] = request.rawHeaders[i + 1]!;
  }
  return headers;
}
