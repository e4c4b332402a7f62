import { isValidUtf8 } from "@millrace/line-protocol";
import { ServerError } from "../../foundation/index.ts";
import type { StagingSlice, Wal } from "../../wal/index.ts";
import type { WriteRequest } from "../types.ts";
import { copyIntoSlice } from "./copy.ts";
import { ReceivedBody } from "./received-body.ts";
import { utf8Problem } from "./utf8-problem.ts";

/** One view per staging buffer: making one for every small body would cost as much as parsing it. */
const wholeBuffers = new WeakMap<SharedArrayBuffer, Uint8Array>();

/** A request's body where it is parsed in place and where the WAL takes the accepted lines from. */
export interface StagedBody {
  readonly slice: StagingSlice;
  /** The whole staging buffer; the body lies at `start` .. `end`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The only copy of a body on its way. Throws ServerError when there is no room or the text is not UTF-8. */
export function stageBody(wal: Wal, { body, sizeBytes }: WriteRequest): StagedBody {
  const { slice, length } = body instanceof ReceivedBody ? body : gather(wal, body as Pieces, sizeBytes);
  const text = length === slice.bytes.length ? slice.bytes : slice.bytes.subarray(0, length);
  if (!isValidUtf8(text)) {
    wal.release(slice);
    throw new ServerError("body_not_utf8", { detail: utf8Problem(text) });
  }
  return { slice, bytes: wholeBuffer(slice.buffer), start: slice.offset, end: slice.offset + length };
}

type Pieces = readonly Uint8Array[];

function gather(wal: Wal, pieces: Pieces, sizeBytes: number): { slice: StagingSlice; length: number } {
  const slice = wal.reserve(sizeBytes);
  let length = 0;
  for (const piece of pieces) {
    copyIntoSlice(piece, slice, length);
    length += piece.length;
  }
  return { slice, length };
}

function wholeBuffer(buffer: SharedArrayBuffer): Uint8Array {
  const known = wholeBuffers.get(buffer);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(buffer);
  wholeBuffers.set(buffer, bytes);
  return bytes;
}
