import { ApiError } from "@millrace/api/client";
import { CommandError } from "./action.ts";

/** What an original answers where it has no route. */
const NO_ROUTE = "Not found";

/** Calls a route that only Millrace has; `what` begins the sentence that says so to users of other servers. */
export async function millraceOnly<T>(what: string, call: Promise<T>, hint?: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404 || error.serverMessage !== NO_ROUTE) throw error;
    throw new CommandError(`${what} needs a Millrace server; the server at --host does not offer it`, hint);
  }
}
