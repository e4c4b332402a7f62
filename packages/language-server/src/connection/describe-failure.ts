import { ApiError, ConnectError } from "@millrace/api/client";
import type { Connection } from "./connection.ts";

const TEXT_MAX = 300;

/** Why a server did not tell its tables, and what to do about it. */
export function describeFailure(error: unknown, { host, token, database }: Connection): string {
  if (error instanceof ApiError) {
    if (error.status === 401 || error.status === 403) {
      return token === undefined
        ? `${host} wants a token. Add one to the connection.`
        : `${host} refuses the token. Check it, and that it may read database '${database}'.`;
    }
    return `${host} answered ${error.status}: ${shortened(error.serverMessage)}`;
  }
  if (error instanceof ConnectError) {
    return `${host} does not answer (${shortened(error.reason)}). Start the server, or connect to another.`;
  }
  return `What ${host} answered makes no sense: ${shortened(error instanceof Error ? error.message : String(error))}`;
}

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
}
