import type { WritePosition } from "./segment-writer.ts";

/** How the WAL worker is started. */
export interface WalWorkerData {
  readonly directory: string;
  readonly segmentBytes: number;
  /** How many files of former segments are kept to be overwritten. */
  readonly maxSpares: number;
  /** It disappears when another server takes the directory over. */
  readonly ownerFile: string | undefined;
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

/** Groups up to this sequence are not needed any more. Each is answered, in order. */
export interface TrimMessage {
  readonly kind: "trim";
  readonly sequence: number;
}

export type ToWorker =
  | BufferMessage
  | ForgetMessage
  | GroupMessage
  | TrimMessage
  | { readonly kind: "close" };

export interface StoredMessage {
  readonly kind: "stored";
  readonly sequence: number;
  readonly syncMs: number;
  /** Counts since the worker's start. */
  readonly segmentsCreated: number;
  readonly segmentsRecycled: number;
}

export type FromWorker =
  | StoredMessage
  | { readonly kind: "failed"; readonly epoch: number; readonly message: string }
  /** Another server owns the log: nothing more will be written. */
  | { readonly kind: "fenced"; readonly file: string }
  /** `problem`: what stays on the disk until the next trim, and why. */
  | { readonly kind: "trimmed"; readonly problem: string | undefined }
  | { readonly kind: "closed" };
