import { installPackagesBody, installRequirementsBody, routes } from "@millrace/api";
import type { Router } from "express";
import { jsonBody } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { sendEmpty, sendJson } from "../respond.ts";

/** docs/reference/http-api.md, "Python packages". */
export function packageRoutes(router: Router, { engine, maxRequestBytes }: HttpParts): void {
  router.post(routes.installPackages.path, async (request, response) => {
    const { packages } = await jsonBody(installPackagesBody, request, maxRequestBytes);
    await engine.installPackages(packages);
    sendEmpty(response, 200);
  });
  router.post(routes.installRequirements.path, async (request, response) => {
    const body = await jsonBody(installRequirementsBody, request, maxRequestBytes);
    await engine.installRequirements(body.requirements_location);
    sendEmpty(response, 200);
  });
  router.get(routes.packages.path, async (request, response) => {
    request.resume();
    sendJson(response, 200, await engine.packages());
  });
}
