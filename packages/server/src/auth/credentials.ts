import { ServerError } from "../foundation/index.ts";

/**
 * The token text of an `Authorization` header; undefined when there is no header.
 * Throws `authorization_malformed` for anything that is not `Bearer T`, `Token T` or `Basic base64(user:T)`.
 */
export function tokenOfHeader(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme, value, ...rest] = header.split(" ");
  if (!/^[\x20-\x7e]*$/.test(header) || value === undefined || rest.length > 0) throw malformed();
  switch (scheme?.toLowerCase()) {
    case "bearer":
    case "token":
      return value;
    case "basic":
      return tokenOfBasic(value);
    default:
      throw malformed();
  }
}

function tokenOfBasic(value: string): string {
  const bytes = Buffer.from(value, "base64");
  // The decoder skips what it does not know: only a text that encodes back to itself was base64.
  if (bytes.toString("base64").replace(/=+$/, "") !== value.replace(/=+$/, "")) throw malformed();
  const parts = bytes.toString("utf8").split(":");
  if (parts.length !== 2) throw malformed();
  return parts[1] as string;
}

function malformed(): ServerError {
  return new ServerError("authorization_malformed");
}

/** The `p` parameter of a query string, as 1.x clients send their token; undefined when it cannot be read. */
export function tokenOfQuery(queryText: string | undefined): string | undefined {
  if (queryText === undefined) return undefined;
  for (const pair of queryText.split("&")) {
    const at = pair.indexOf("=");
    if ((at < 0 ? pair : pair.slice(0, at)) !== "p") continue;
    try {
      return at < 0 ? "" : decodeURIComponent(pair.slice(at + 1).replaceAll("+", " "));
    } catch {
      return undefined;
    }
  }
  return undefined;
}
