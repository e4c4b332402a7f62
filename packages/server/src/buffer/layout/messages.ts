/**
 * How the writer tells readers about new pieces of shared memory. A message never carries rows, only the memory
 * they will be in; a message for a place that is already known replaces what was there.
 */
export type BufferMessage =
  | { kind: "table"; tableId: number; header: SharedArrayBuffer }
  | { kind: "table-dropped"; tableId: number }
  | { kind: "chunk"; tableId: number; chunk: number; block: SharedArrayBuffer }
  | { kind: "column"; tableId: number; chunk: number; columnId: number; block: SharedArrayBuffer }
  | { kind: "string-piece"; tableId: number; chunk: number; piece: number; bytes: SharedArrayBuffer }
  | { kind: "tag-ids"; tableId: number; tagIndex: number; ids: SharedArrayBuffer }
  | { kind: "tag-refs"; tableId: number; tagIndex: number; refs: SharedArrayBuffer }
  | { kind: "tag-piece"; tableId: number; piece: number; bytes: SharedArrayBuffer }
  | { kind: "late-rows"; tableId: number; rows: SharedArrayBuffer };

/**
 * Messages travel in numbered batches. A table's header names the batch that its published rows need, so that a
 * reader which sees the rows before the batch knows that it has to take its mail first.
 */
export interface BufferBatch {
  readonly sequence: number;
  readonly messages: readonly BufferMessage[];
}

export type BufferPost = (batch: BufferBatch) => void;
