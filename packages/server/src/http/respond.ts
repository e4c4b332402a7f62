import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Logger, ServerError } from "../foundation/index.ts";
import { ClientGone } from "./body.ts";
import { jsonInTurns } from "./json-in-turns.ts";
import { noteError } from "./request-meter.ts";

/** Which of the three body styles of docs/reference/http-api.md, "Errors", a route answers errors in. */
export type ErrorDialect = "v3" | "v2";

const V2_CODES: Record<number, string> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  413: "request too large",
  422: "invalid",
  503: "unavailable",
};

const OF_THE_REQUEST: ReadonlySet<string> = new Set([
  "body_too_large",
  "unacceptable_encoding",
  "gzip_invalid",
  "body_not_utf8",
  "internal",
]);

export function sendEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  // A 204 has no length: some clients wait for bytes where one is announced.
  if (status !== 204) response.setHeader("content-length", 0);
  response.end();
}

export function sendText(response: ServerResponse, status: number, text: string, contentType?: string): void {
  response.statusCode = status;
  if (contentType !== undefined) response.setHeader("content-type", contentType);
  response.setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, JSON.stringify(value), "application/json");
}

/** For answers that may be long: nobody else waits for them to be made. */
export async function sendLongJson(response: ServerResponse, status: number, value: unknown): Promise<void> {
  const parts = await jsonInTurns(value);
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.setHeader(
    "content-length",
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  try {
    await pipeline(parts, response);
  } catch (error) {
    // Whoever asked is gone.
    if (!response.destroyed) throw error;
  }
}

/** Turns whatever was thrown into an answer; what is not in the error catalogue is logged as a defect. */
export function sendError(
  response: ServerResponse,
  error: unknown,
  logger: Logger,
  dialect: ErrorDialect = "v3",
): void {
  if (error instanceof ClientGone) return;
  const known = error instanceof ServerError ? error : asInternal(error, logger);
  noteError(response, known.code);
  if (response.destroyed) return;
  if (response.headersSent) {
    // The status is out already: cutting the connection is the only honest sign of failure.
    response.destroy();
    return;
  }
  // What the answer was going to be says nothing about the error that it is now.
  response.removeHeader("content-type");
  if (known.status === 503) response.setHeader("retry-after", 1);
  // The rest of a body that was given up half-way would be taken for the next request.
  if (known.status === 413 && !response.req.complete) response.setHeader("connection", "close");
  if (dialect === "v2") {
    // Every client-side fault is a plain 400 here; the database and table limits too.
    const status = known.status === 422 ? 400 : known.status;
    sendJson(response, status, { code: V2_CODES[status] ?? "internal error", message: v2Message(known) });
    return;
  }
  if (known.style === "json") {
    const body =
      known.data === undefined ? { error: known.message } : { error: known.message, data: known.data };
    sendJson(response, known.status, body);
    return;
  }
  sendText(response, known.status, known.message);
}

/** What is wrong with the request itself stands alone; what the write path refused is named as such. */
function v2Message(error: ServerError): string {
  if (error.code.startsWith("v2_") || OF_THE_REQUEST.has(error.code)) return error.message;
  const first = Array.isArray(error.data) ? error.data[0] : error.data;
  const detail = (first as { error_message?: string } | undefined)?.error_message;
  const text = detail === undefined ? error.message : `${error.message}: ${detail}`;
  return `write buffer error: ${text}`;
}

function asInternal(error: unknown, logger: Logger): ServerError {
  const detail = error instanceof Error ? error.message : String(error);
  logger.error("request failed", { error: error instanceof Error ? (error.stack ?? detail) : detail });
  return new ServerError("internal", { detail });
}
