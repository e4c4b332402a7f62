import type { IncomingMessage } from "node:http";
import { giveBack } from "../foundation/index.ts";
import type { IncomingBody, WritePath } from "../ingest/index.ts";
import { ClientGone, readBody } from "./body.ts";

export interface WriteBody {
  readonly body: readonly Uint8Array[] | IncomingBody;
  readonly sizeBytes: number;
}

/**
 * Receives the body of a write. Where its length is known the pieces go where they are parsed as they arrive: keeping
 * them until the last one is there makes the garbage collector busy.
 */
export function receiveWrite(
  request: IncomingMessage,
  writes: Pick<WritePath, "receive">,
  limitBytes: number,
): Promise<WriteBody> {
  const { "content-encoding": encoding, "content-length": announced } = request.headers;
  const sizeBytes = Number(announced);
  if (encoding === undefined && sizeBytes > 0 && sizeBytes <= limitBytes) {
    return receiveInPlace(request, writes, sizeBytes);
  }
  return readBody(request, limitBytes).then(({ pieces, sizeBytes }) => ({ body: pieces, sizeBytes }));
}

function receiveInPlace(
  request: IncomingMessage,
  writes: Pick<WritePath, "receive">,
  sizeBytes: number,
): Promise<WriteBody> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let room: IncomingBody | undefined;
    let received = 0;
    request.on("data", (piece: Uint8Array) => {
      // Most bodies come in one piece and need no room of their own.
      if (received === 0 && piece.length < sizeBytes) room = writes.receive(sizeBytes);
      received += piece.length;
      if (room === undefined) pieces.push(piece);
      else {
        room.add(piece);
        giveBack(piece);
      }
      if (received === sizeBytes) resolve({ body: room ?? pieces, sizeBytes });
    });
    request.on("close", () => {
      if (received === sizeBytes) return;
      room?.discard();
      reject(new ClientGone());
    });
  });
}
