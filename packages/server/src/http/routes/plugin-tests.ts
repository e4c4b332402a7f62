import { requestPluginTestBody, routes, schedulePluginTestBody, walPluginTestBody } from "@millrace/api";
import type { Router } from "express";
import { jsonBody } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendLongJson } from "../respond.ts";

/** docs/reference/http-api.md, "Plugin tests". */
export function pluginTestRoutes(router: Router, { engine, maxRequestBytes }: HttpParts): void {
  router.post(routes.testWalPlugin.path, async (request, response) => {
    const body = await jsonBody(walPluginTestBody, request, maxRequestBytes);
    await sendLongJson(response, 200, await engine.testWal(body));
  });
  router.post(routes.testSchedulePlugin.path, async (request, response) => {
    const body = await jsonBody(schedulePluginTestBody, request, maxRequestBytes);
    await sendLongJson(response, 200, await engine.testSchedule(body));
  });
  router.post(routes.testRequestPlugin.path, async (request, response) => {
    const body = await jsonBody(requestPluginTestBody, request, maxRequestBytes);
    await sendLongJson(response, 200, await engine.testRequest(body));
  });
}
