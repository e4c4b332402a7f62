import {
  databaseNameProblem,
  type QueryLink,
  type QueryReply,
  type QueryRequest,
  serveQueries,
} from "@millrace/plugin-runtime";
import { ServerError } from "../../foundation/index.ts";
import { QueryFailure } from "../execute/index.ts";
import { BatchSink } from "./batch-sink.ts";
import { QueryRun, type Workshop } from "./query-run.ts";

/**
 * Answers what one interpreter asks through `influxdb3_local.query`, until the returned function is called or the
 * interpreter ends. A query whose interpreter is gone is stopped: nobody waits for it.
 */
export function servePlugin(link: QueryLink, shop: Workshop): () => void {
  const running = new Set<QueryRun>();
  link.port.once("close", () => {
    for (const run of running) run.cancel(new QueryFailure("query_cancelled"));
  });
  return serveQueries(link, (request) => answer(request, shop, running));
}

async function answer(request: QueryRequest, shop: Workshop, running: Set<QueryRun>): Promise<QueryReply> {
  const { database, sql, params, timeoutMs } = request;
  const problem = databaseNameProblem(database);
  if (problem !== undefined) return { error: `invalid database name provided: ${problem}` };
  const run = new QueryRun(shop);
  const sink = new BatchSink();
  const limit = `${Math.round(timeoutMs / 1000)}s`;
  const deadline = shop.clock.schedule(timeoutMs, () =>
    run.cancel(new QueryFailure("query_timeout", { limit })),
  );
  running.add(run);
  try {
    await run.run({ database, sql, params }, sink);
    return { batches: sink.batches };
  } catch (error) {
    return { error: `error: ${failureText(error)} executing query on ${database}: ${sql}` };
  } finally {
    running.delete(run);
    deadline.cancel();
  }
}

function failureText(error: unknown): string {
  if (!(error instanceof QueryFailure)) return (error as Error).message;
  if (error.code === "query_database_not_found") return `database not found: ${error.values["name"]}`;
  return new ServerError(error.code, error.values).message;
}
