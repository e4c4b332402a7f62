import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type QueryFormat,
  type QueryRequest,
  queryRequestOf,
  querySqlBody,
  querySqlQuery,
  routes,
} from "@millrace/api";
import type { Router } from "express";
import { ServerError } from "../../foundation/index.ts";
import type { QueryFormat as EncodedFormat } from "../../query/index.ts";
import { bodyText, decodedBody, hasQueryString, queryString } from "../decode.ts";
import type { HttpParts } from "../parts.ts";
import { noteBody } from "../request-meter.ts";

/** `/api/v3/query_sql`: docs/reference/http-api.md, "Queries". */
export function queryRoutes(router: Router, parts: HttpParts): void {
  router.get(routes.querySql.path, async (request, response) => {
    if (!hasQueryString(request)) throw new ServerError("query_parameters_missing");
    await answer(parts, queryRequestOf(queryString(querySqlQuery, request)), request, response);
  });
  router.post(routes.querySql.path, async (request, response) => {
    const text = await bodyText(request, parts.maxRequestBytes);
    const body = decodedBody(querySqlBody, text, { integersAsBigint: true });
    await answer(parts, queryRequestOf(body), request, response);
  });
}

async function answer(
  parts: HttpParts,
  query: QueryRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = encodedFormat(query.format ?? acceptedFormat(request.headers.accept));
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  const stream = await parts.query.sql({
    database: query.db,
    sql: query.q,
    params: query.params,
    format,
    signal: abort.signal,
  });
  response.setHeader("content-type", stream.contentType);
  for await (const chunk of stream.chunks) {
    noteBody(response, chunk.length);
    if (!response.write(chunk)) await drained(response, abort.signal);
    if (abort.signal.aborted) return;
  }
  response.end();
}

/** Until the client has taken what was written, or is gone. */
async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  try {
    await once(response, "drain", { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

function encodedFormat(format: QueryFormat): EncodedFormat {
  if (format === "parquet") throw new ServerError("format_not_supported", { format });
  return format;
}

function acceptedFormat(accept: string | undefined): QueryFormat {
  if (accept === undefined || accept === "application/json") return "json";
  if (accept === "text/csv") return "csv";
  if (accept === "text/plain") return "pretty";
  if (accept === "application/vnd.apache.parquet") return "parquet";
  if (accept === "application/jsonl") return "jsonl";
  if (accept.includes("*/*") || accept.includes("text/html")) return "json";
  throw new ServerError("mime_type_invalid", { type: accept });
}
