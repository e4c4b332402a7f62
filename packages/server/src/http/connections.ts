import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Errors of Node's HTTP parser that have a status of their own; the rest is 400. */
const PARSER_STATUS: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/**
 * Which connection is answering what. Node alone would let a connection that was busy when the server stopped, or
 * that never sent a request, hold up the end until the deadline.
 */
export class Connections {
  /** By open connection: the answers that are due, in the order of their requests, and maybe some that are out. */
  readonly #answers = new Map<Socket, ServerResponse[]>();
  #closing = false;

  /** `opened`: the event that brings the sockets which requests come on. */
  constructor(server: Server, opened: "connection" | "secureConnection") {
    server.on(opened, (socket: Socket) => this.#opened(socket));
    server.on("request", (request, response) => this.#started(request, response));
    server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket));
  }

  /** Ends the connections that have nothing to answer now, and the others after their last answer. */
  closeWhenIdle(): void {
    this.#closing = true;
    for (const [socket, answers] of this.#answers) {
      const last = dueOf(answers).at(-1);
      if (last === undefined) {
        socket.destroySoon();
        continue;
      }
      if (!last.headersSent) last.setHeader("connection", "close");
      for (const answer of answers) this.#endBehind(answer, socket);
    }
  }

  #opened(socket: Socket): void {
    this.#answers.set(socket, []);
    socket.once("close", () => this.#answers.delete(socket));
  }

  /** Runs for every request: a listener on each answer would cost more than a look at the one before. */
  #started({ socket }: IncomingMessage, response: ServerResponse): void {
    const answers = this.#answers.get(socket);
    if (answers === undefined) return;
    dueOf(answers).push(response);
    if (!this.#closing) return;
    response.setHeader("connection", "close");
    this.#endBehind(response, socket);
  }

  #endBehind(answer: ServerResponse, socket: Socket): void {
    answer.once("close", () => {
      const answers = this.#answers.get(socket);
      if (answers !== undefined && dueOf(answers).length === 0) socket.destroySoon();
    });
  }

  /** What is not HTTP gets an answer too, unless it would be taken for that of an earlier request. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const others = dueOf(this.#answers.get(socket) ?? []);
    const mistakable = others.some(({ headersSent, req }) => headersSent || req.complete);
    if (socket.writable && !mistakable) socket.write(parserAnswer(error));
    socket.destroySoon();
  }
}

/** Forgets those that are out, which are the first ones. */
function dueOf(answers: ServerResponse[]): ServerResponse[] {
  while (answers.length > 0 && answers[0]!.writableFinished) answers.shift();
  return answers;
}

function parserAnswer(error: NodeJS.ErrnoException & { reason?: string }): string {
  const code = error.code ?? "";
  const inBody = code === "HPE_INVALID_CHUNK_SIZE" || code === "HPE_STRICT";
  const text = inBody ? `Failed to read request body: ${error.reason ?? error.message}` : "";
  const status = PARSER_STATUS[code] ?? "400 Bad Request";
  return `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
