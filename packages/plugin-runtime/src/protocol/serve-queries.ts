import { answer, type CallMessage, ControlWords } from "@millrace/python-vm";
import type { QueryLink, QueryReply, QueryRequest } from "./query-channel.ts";

export type QueryAnswerer = (request: QueryRequest) => Promise<QueryReply>;

/**
 * Answers the queries of one interpreter, in the thread that owns the link. A handler that fails answers with
 * its message. Ends with the interpreter, or when the returned function is called.
 */
export function serveQueries(link: QueryLink, answerQuery: QueryAnswerer): () => void {
  const control = new ControlWords(link.control);
  const onMessage = async ({ id, request }: CallMessage<QueryRequest>): Promise<void> => {
    const reply = await answerQuery(request).catch(
      (error: unknown): QueryReply => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    answer(link.port, control, id, reply, transferables(reply));
  };
  link.port.on("message", onMessage);
  return () => link.port.close();
}

/** The buffers behind the columns move to the interpreter instead of being copied, each once. */
function transferables(reply: QueryReply): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  if ("error" in reply) return [];
  for (const { columns } of reply.batches) {
    for (const column of columns) {
      const views = [
        column.validity,
        "values" in column ? column.values : undefined,
        ...(column.type === "utf8" ? [column.offsets, column.bytes] : []),
      ];
      for (const view of views) if (view?.buffer instanceof ArrayBuffer) buffers.add(view.buffer);
    }
  }
  return [...buffers];
}
