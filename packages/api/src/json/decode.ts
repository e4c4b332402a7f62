import type { z } from "zod";
import { firstIssue, issueText, locatedIssueText } from "./issues.ts";
import { JsonTextError, parseJson } from "./parser.ts";

export type Decoded<T> = { ok: true; value: T } | { ok: false; detail: string };

/**
 * Decodes a JSON body. `detail` carries the wording and the place of the first problem, without the prefix
 * (`serde json error: `) that the routes put before it; see docs/reference/http-api.md, "Errors".
 */
export function decodeJson<S extends z.ZodType>(
  schema: S,
  text: string,
  options: { integersAsBigint?: boolean } = {},
): Decoded<z.output<S>> {
  try {
    const json = options.integersAsBigint === true ? parseJson(text, options) : parseNative(text);
    const result = schema.safeParse(json);
    if (result.success) return { ok: true, value: result.data };
    return { ok: false, detail: locatedIssueText(firstIssue(result.error.issues, json), json, text) };
  } catch (error) {
    if (error instanceof JsonTextError) return { ok: false, detail: error.message };
    throw error;
  }
}

/** `JSON.parse` for speed; the slow parser only runs to say what is wrong. */
function parseNative(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(text);
  }
}

/** Decodes a URL query string. Keys the schema does not name are ignored; naming one twice is an error. */
export function decodeQuery<S extends z.ZodObject>(schema: S, query: URLSearchParams): Decoded<z.output<S>> {
  const values: Record<string, string> = {};
  for (const [key, value] of query) {
    if (!Object.hasOwn(schema.shape, key)) continue;
    if (Object.hasOwn(values, key)) return { ok: false, detail: `duplicate field \`${key}\`` };
    values[key] = value;
  }
  const result = schema.safeParse(values);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, detail: issueText(firstIssue(result.error.issues, values), values).text };
}
