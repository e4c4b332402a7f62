import {
  createTriggerBody,
  createTriggerQuery,
  deleteTriggerBody,
  deleteTriggerQuery,
  routes,
  runTriggerBody,
  triggerNameQuery,
  updateTriggerBody,
} from "@millrace/api";
import type { Router } from "express";
import { hasQueryString, jsonBody, queryString } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { peerOf } from "../peer.ts";
import { sendEmpty, sendLongJson } from "../respond.ts";

/** docs/reference/http-api.md, "Triggers". */
export function triggerRoutes(router: Router, { engine, maxRequestBytes }: HttpParts): void {
  router.post(routes.trigger.path, async (request, response) => {
    const body = hasQueryString(request)
      ? queryString(createTriggerQuery, request)
      : await jsonBody(createTriggerBody, request, maxRequestBytes);
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
    await engine.deleteTrigger(target.db, target.trigger_name, { force: target.force }, peerOf(request));
    sendEmpty(response, 200);
  });
  router.post(routes.enableTrigger.path, async (request, response) => {
    const target = queryString(triggerNameQuery, request);
    await engine.enableTrigger(target.db, target.trigger_name, peerOf(request));
    sendEmpty(response, 200);
  });
  router.post(routes.disableTrigger.path, async (request, response) => {
    const target = queryString(triggerNameQuery, request);
    await engine.disableTrigger(target.db, target.trigger_name, peerOf(request));
    sendEmpty(response, 200);
  });
  router.put(routes.updateTrigger.path, async (request, response) => {
    const body = await jsonBody(updateTriggerBody, request, maxRequestBytes);
    await engine.updateTrigger(
      body.db,
      body.trigger_name,
      {
        pluginFilename: body.plugin_filename,
        specification: body.trigger_specification,
        runAsync: body.trigger_settings?.run_async,
        errorBehavior: body.trigger_settings?.error_behavior,
        arguments: body.trigger_arguments,
      },
      peerOf(request),
    );
    sendEmpty(response, 200);
  });
  router.post(routes.runTrigger.path, async (request, response) => {
    const body = await jsonBody(runTriggerBody, request, maxRequestBytes);
    await sendLongJson(response, 200, await engine.runTrigger(body, peerOf(request)));
  });
}
