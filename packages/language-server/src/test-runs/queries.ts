import type { QueryAnswerer, RemoteQueries } from "@millrace/plugin-runtime";
import type { Connections } from "../connection/index.ts";

const NO_CONNECTION =
  "no server is connected, and a query needs one: connect to a server, or write a test case with a seed";
const HINTS = {
  denied: "check the token of the connection",
  unreachable: "queries of local tests go to the connected server: start it, or connect to another",
};

/** Queries of plugins that run here go to the connected server, if there is one. */
export function answerFromConnection(
  Queries: typeof RemoteQueries,
  connections: Connections,
  cancelled: AbortSignal,
): QueryAnswerer {
  const open = (timeout: AbortSignal) => connections.client(AbortSignal.any([timeout, cancelled]))!;
  const queries = new Queries(open, HINTS);
  return async (request) =>
    connections.current === undefined ? { error: NO_CONNECTION } : await queries.answer(request);
}
