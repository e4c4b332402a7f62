import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { type Decoded, decodeJson, decodeQuery } from "@millrace/api";
import type { z } from "zod";
import { ServerError } from "../foundation/index.ts";
import { utf8Problem } from "../ingest/index.ts";
import { join, readBody } from "./body.ts";

const JSON_TYPE = /^application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i;

/** Reads and decodes the JSON body of a management route: docs/reference/http-api.md, "JSON bodies". */
export async function jsonBody<S extends z.ZodType>(
  schema: S,
  request: IncomingMessage,
  limitBytes: number,
): Promise<z.output<S>> {
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
    request.resume();
    throw new ServerError("content_type_not_json");
  }
  return decodedBody(schema, await bodyText(request, limitBytes));
}

export function decodedBody<S extends z.ZodType>(
  schema: S,
  text: string,
  options: { integersAsBigint?: boolean } = {},
): z.output<S> {
  const decoded: Decoded<z.output<S>> = decodeJson(schema, text, options);
  if (!decoded.ok) throw new ServerError("json_invalid", { detail: decoded.detail });
  return decoded.value;
}

export async function bodyText(request: IncomingMessage, limitBytes: number): Promise<string> {
  const bytes = join(await readBody(request, limitBytes));
  if (!isUtf8(bytes)) throw new ServerError("body_not_utf8", { detail: utf8Problem(bytes) });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

export function queryString<S extends z.ZodObject>(schema: S, request: IncomingMessage): z.output<S> {
  request.resume();
  const decoded = decodeQuery(schema, searchParams(request.url ?? ""));
  if (!decoded.ok) throw new ServerError("query_string_invalid", { detail: decoded.detail });
  return decoded.value;
}

export function searchParams(url: string): URLSearchParams {
  const mark = url.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
}

export function hasQueryString(request: IncomingMessage): boolean {
  return (request.url ?? "").includes("?");
}
