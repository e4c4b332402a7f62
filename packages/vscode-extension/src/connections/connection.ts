import { parseBaseUrl } from "@millrace/api/client";

/** A server, without its token: that is kept where the editor keeps secrets. */
export interface SavedConnection {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** The database that plugins are written for. */
  readonly database?: string;
}

/** Tokens go into a header, and no other characters can stand there. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What is wrong with the address of a server, in words for people. */
export function hostProblem(host: string): string | undefined {
  const url = urlOf(host);
  if (url === undefined) return "This is no address of a server. Write it like http://127.0.0.1:8181.";
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    return "The address must not hold a user, a password or parameters: the token is asked for next.";
  }
  return undefined;
}

export function tokenProblem(token: string): string | undefined {
  if (token === "" || TOKEN.test(token)) return undefined;
  return "A token has no spaces and no line breaks. Copy it again.";
}

/** How a server is called until somebody finds a better name. */
export function nameFor(host: string): string {
  return urlOf(host)?.host ?? host;
}

function urlOf(host: string): URL | undefined {
  try {
    return parseBaseUrl(host.trim());
  } catch {
    return undefined;
  }
}
