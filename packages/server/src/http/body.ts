import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ServerError } from "../foundation/index.ts";

const gunzipAsync = promisify(gunzip);

/** A rejected body is still read to its end, so that the client sees the answer; but not for ever. */
const DISCARD_FACTOR = 8;

export interface Body {
  /** The decoded body in pieces; joining them is left to those who need it. */
  pieces: readonly Uint8Array[];
  sizeBytes: number;
}

/** The client went away before its request was complete: nobody is left to answer. */
export class ClientGone extends Error {
  override name = "ClientGone";
}

/** Reads and decompresses a request body: docs/reference/http-api.md, "Bodies". */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const named = request.headers["content-encoding"];
  const encoding = named?.toLowerCase();
  if (encoding !== undefined && encoding !== "identity" && encoding !== "gzip") {
    request.resume();
    throw new ServerError("unacceptable_encoding", { encoding: named! });
  }
  const received = await receive(request, limitBytes);
  if (encoding !== "gzip") return received;
  try {
    const decoded = await gunzipAsync(join(received), { maxOutputLength: limitBytes });
    return { pieces: [decoded], sizeBytes: decoded.length };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limitBytes);
    throw new ServerError("gzip_invalid", { detail: (error as Error).message });
  }
}

export function join(body: Body): Uint8Array {
  return body.pieces.length === 1 ? body.pieces[0]! : Buffer.concat(body.pieces, body.sizeBytes);
}

function receive(request: IncomingMessage, limitBytes: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    let complete = false;
    request.on("data", (piece: Buffer) => {
      sizeBytes += piece.length;
      if (sizeBytes <= limitBytes) pieces.push(piece);
      else if (sizeBytes > limitBytes * DISCARD_FACTOR) reject(tooLarge(limitBytes));
      else pieces.length = 0;
    });
    request.on("end", () => {
      complete = true;
      if (sizeBytes <= limitBytes) resolve({ pieces, sizeBytes });
      else reject(tooLarge(limitBytes));
    });
    // Of the two only the first counts, and after the end neither; each error made costs a look at the stack.
    request.on("error", () => {});
    request.on("close", () => {
      if (!complete) reject(new ClientGone());
    });
  });
}

function tooLarge(limitBytes: number): ServerError {
  return new ServerError("body_too_large", { limit: limitBytes });
}
