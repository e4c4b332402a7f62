import { Buffer } from "node:buffer";

/**
 * The bytes being parsed, seen in two ways. Own views are made of whatever was handed in (a Buffer, a plain
 * array, shared memory), because the hot loops are fastest when they only ever meet one kind of object.
 */
export class ByteSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }
}

/** UTF-8 text of `bytes[start, end)`; works on shared memory, unlike TextDecoder. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return bufferOver(bytes, start, end).toString("utf8");
}

/** One character per byte: for digits, and as a lossless key of arbitrary bytes. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  return bufferOver(bytes, start, end).toString("latin1");
}

function bufferOver(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}
