import { BaseUrlError } from "./errors.ts";

/** Accepts `http://host:port`, with or without a path to stay below, and `host:port` alone. */
export function parseBaseUrl(host: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `http://${host}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new BaseUrlError(`base URL error: '${host}' is not a URL such as http://127.0.0.1:8181`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new BaseUrlError(`base URL error: '${host}' must begin with http:// or https://`);
  }
  if (url.hostname === "") throw new BaseUrlError(`base URL error: '${host}' names no host`);
  return url;
}

export type QueryValue = string | number | boolean | undefined;

export function routeUrl(base: URL, path: string, query: Record<string, QueryValue> = {}): string {
  const prefix = base.pathname.replace(/\/+$/, "");
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) pairs.push(`${key}=${encodeURIComponent(String(value))}`);
  }
  return `${base.origin}${prefix}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}
