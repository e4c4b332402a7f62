import type { RequestListener } from "node:http";
import { routes } from "@millrace/api";
import type { HttpParts } from "./parts.ts";
import { sendError, sendJson, sendText } from "./respond.ts";
import { tokenAnswer } from "./routes/index.ts";

/** Serves one route, without credentials, until it has succeeded once: docs/reference/http-api.md, "Recovery". */
export function createRecoveryHandler(
  parts: Pick<HttpParts, "tokens" | "logger">,
  onDone: () => void,
): RequestListener {
  const { methods, path } = routes.regenerateAdminToken;
  return async (request, response) => {
    request.resume();
    if (request.method !== methods[0] || request.url !== path) return sendText(response, 404, "not found");
    try {
      const issued = await parts.tokens.regenerateAdmin();
      response.once("finish", onDone);
      response.setHeader("connection", "close");
      sendJson(response, 201, tokenAnswer(issued));
    } catch (error) {
      sendError(response, error, parts.logger);
    }
  };
}
