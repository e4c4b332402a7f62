import type { RequestPluginTestBody } from "@millrace/api";
import type { PluginResponse, RequestRun } from "../interpreters/index.ts";

type RequestInput = Pick<RequestPluginTestBody, "query_parameters" | "headers" | "body"> & {
  body_base64?: string | null | undefined;
};

/** A request as a plugin gets it over HTTP: lower-case header names, and never the caller's credentials. */
export function requestOf(input: RequestInput): RequestRun["request"] {
  const headers = Object.entries(input.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== "authorization");
  const base64 = input.body_base64 ?? null;
  return {
    query: input.query_parameters ?? {},
    headers: Object.fromEntries(headers),
    body: base64 === null ? new TextEncoder().encode(input.body ?? "") : bytesOf(base64),
  };
}

/** A copy: what comes out of Node's pool is shared with others. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

/** What keeps an answer from being sent. */
export function statusProblem(response: PluginResponse | undefined): string | undefined {
  if (response === undefined || (response.status >= 200 && response.status <= 999)) return undefined;
  return `the plugin answered with status ${response.status}, which cannot be sent: use 200 to 999`;
}
