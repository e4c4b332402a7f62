import { ApiError, ConnectError } from "@millrace/api/client";

const TEXT_MAX = 400;

/** Why a server did not do what it was asked, and what to do about it. */
export function failureText(error: unknown, host: string): string {
  if (error instanceof ApiError) {
    if (error.status === 401) return `${host} wants a valid token. Use "Millrace: Set Token…".`;
    if (error.status === 403) return `The token may not do this on ${host}. Use one with more rights.`;
    return shortened(error.serverMessage);
  }
  if (error instanceof ConnectError) {
    return `${host} does not answer (${shortened(error.reason)}). Start the server, or connect to another.`;
  }
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return `${host} took too long to answer.`;
  }
  return shortened(error instanceof Error ? error.message : String(error));
}

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
}
