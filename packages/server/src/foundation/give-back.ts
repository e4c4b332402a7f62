import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Transfer = (this: ArrayBuffer, newLength: number) => ArrayBuffer;

let transfer: Transfer | undefined;

/**
 * Frees a buffer that nobody uses any more, without waiting for the collector. Buffers lie outside the heap, and V8
 * takes a pile of them for growth of the heap: under a stream of bodies it would mark all objects again and again, on
 * as many threads as it has. And memory that is given back at once is used again while the processor's cache has it.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  // A part of a larger buffer is not all there is in it.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  transfer ??= findTransfer();
  transfer.call(buffer, 0);
}

function findTransfer(): Transfer {
  const native = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer;
  if (native !== undefined) return native;
  // Node 20 has it behind a flag, which is read when a context is made: the program's own never shows it.
  setFlagsFromString("--harmony-rab-gsab-transfer");
  const early: Transfer = runInNewContext("ArrayBuffer.prototype.transfer");
  setFlagsFromString("--no-harmony-rab-gsab-transfer");
  return early;
}
