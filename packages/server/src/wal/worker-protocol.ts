import type { WritePosition } from "./segment-writer.ts";

/** How the WAL worker is started. */
export interface WalWorkerData {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly position: WritePosition;
}

/** Staging memory that later groups refer to by number. */
export interface BufferMessage {
  readonly kind: "buffer";
  readonly number: number;
  readonly buffer: SharedArrayBuffer;
}

export interface ForgetMessage {
  readonly kind: "forget";
  readonly number: number;
}

/** A commit group: nothing of it is copied but its frame headers. */
export interface GroupMessage {
  readonly kind: "group";
  /** Groups of an epoch in which one failed are dropped: the main thread has failed them already. */
  readonly epoch: number;
  /** One frame header after the other. */
  readonly headers: Uint8Array;
  /** Three numbers a frame: buffer number, offset, length. */
  readonly bodies: Uint32Array;
  readonly payloadBytes: number;
}

export type ToWorker = BufferMessage | ForgetMessage | GroupMessage | { readonly kind: "close" };

export type FromWorker =
  | { readonly kind: "stored" }
  | { readonly kind: "failed"; readonly epoch: number; readonly message: string }
  | { readonly kind: "closed" };
