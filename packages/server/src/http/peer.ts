import type { IncomingMessage } from "node:http";

/** Where a request comes from: it may be a plugin of this server. */
export function peerOf({ socket }: IncomingMessage) {
  return { address: socket.remoteAddress, port: socket.remotePort };
}
