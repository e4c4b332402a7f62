import { pluginContentQuery, pluginDirectoryBody, pluginFileBody, routes } from "@millrace/api";
import type { Router } from "express";
import { jsonBody, queryString } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendEmpty, sendJson } from "../respond.ts";

/** docs/reference/http-api.md, "Plugin files". Query strings beside a body, such as `?db=`, are ignored. */
export function pluginFileRoutes(router: Router, { engine, maxRequestBytes }: HttpParts): void {
  router.post(routes.pluginFiles.path, async (request, response) => {
    const body = await jsonBody(pluginFileBody, request, maxRequestBytes);
    await engine.uploadPluginFile(body.plugin_name, body.content);
    sendEmpty(response, 200);
  });
  router.put(routes.pluginFiles.path, async (request, response) => {
    const body = await jsonBody(pluginFileBody, request, maxRequestBytes);
    await engine.replacePluginFile(body.plugin_name, body.content);
    sendEmpty(response, 200);
  });
  router.put(routes.pluginDirectory.path, async (request, response) => {
    const body = await jsonBody(pluginDirectoryBody, request, maxRequestBytes);
    await engine.replacePluginDirectory(body.plugin_name, body.files);
    sendEmpty(response, 200);
  });
  router.get(routes.plugins.path, async (request, response) => {
    request.resume();
    sendJson(response, 200, await engine.plugins());
  });
  router.get(routes.pluginContent.path, async (request, response) => {
    const { path } = queryString(pluginContentQuery, request);
    sendJson(response, 200, await engine.pluginContent(path));
  });
}
