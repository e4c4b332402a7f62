import type { CatalogueSection } from "./entry.ts";

/** Routing, bodies and credentials: what can be wrong before a request reaches a service. */
export const requestErrors = {
  internal: {
    status: 500,
    style: "text",
    text: "{detail}",
    hint: "This is a defect or a failing machine: see the server's log for the cause.",
  },
  bind_failed: {
    status: 500,
    style: "text",
    text: "Failed to bind address {address}: {detail}",
    hint: "Another program uses the port: stop it, or choose another address with `--http-bind`.",
  },
  route_not_found: {
    status: 404,
    style: "text",
    text: "Not found",
    hint: "Check the path and the method. Paths are exact: no trailing slash, no other case.",
  },
  content_type_not_json: {
    status: 415,
    style: "text",
    text: "unacceptable content-type, expected: application/json",
    hint: "Send `Content-Type: application/json`.",
  },
  json_invalid: {
    status: 400,
    style: "text",
    text: "serde json error: {detail}",
    hint: "Correct the JSON body: the detail names the member and where it was read.",
  },
  query_string_invalid: {
    status: 400,
    style: "text",
    text: "serde error: {detail}",
    hint: "Correct the query string: the detail names the parameter.",
  },
  body_too_large: {
    status: 413,
    style: "text",
    text: "max request size ({limit} bytes) exceeded",
    hint: "Send smaller batches, or raise `--max-http-request-size`. It counts before and after decompression.",
  },
  unacceptable_encoding: {
    status: 400,
    style: "text",
    text: "unacceptable content-encoding: {encoding}",
    hint: "Send the body plain or with `Content-Encoding: gzip`.",
  },
  gzip_invalid: {
    status: 400,
    style: "text",
    text: "error decoding gzip stream: {detail}",
    hint: "The body is not valid gzip. Remove the `Content-Encoding` header if it is not compressed.",
  },
  body_not_received: {
    status: 400,
    style: "text",
    text: "Failed to read request body: {detail}",
    hint: "The connection ended before the whole body arrived. Send the request again.",
  },
  body_not_utf8: {
    status: 400,
    style: "text",
    text: "body content is not valid utf8: {detail}",
    hint: "Encode the body as UTF-8.",
  },
  authorization_malformed: {
    status: 400,
    style: "text",
    text: '{"error": "Authorization header was malformed, the request was not in the form of \'Authorization: <auth-scheme> <token>\', supported auth-schemes are Bearer, Token and Basic"}',
    hint: "Send `Authorization: Bearer TOKEN`.",
  },
  not_authenticated: {
    status: 401,
    style: "text",
    text: '{"error": "the request was not authenticated"}',
    hint: "Send a token that exists and has not expired: `influxdb3 create token --admin` makes the first one.",
  },
  forbidden: {
    status: 403,
    style: "text",
    text: "",
    hint: "The token is valid but may not do this.",
  },
  started_without_auth: {
    status: 405,
    style: "text",
    text: "endpoint disabled, started without auth",
    hint: "Tokens cannot be managed while the server runs with `--without-auth`.",
  },
} as const satisfies CatalogueSection;
