/** A place in shared memory. Small tables keep many things in one piece of memory, each at an offset of its own. */
export interface Block {
  readonly memory: SharedArrayBuffer;
  /** A multiple of 8. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** One generation of one table. */
interface OfTable {
  readonly generation: number;
  readonly tableId: number;
}

/** What can be said of one generation of a table. A fact about a place that is already known replaces what was there. */
export type TableFact =
  | { readonly kind: "table"; readonly header: Block }
  | { readonly kind: "chunk"; readonly chunk: number; readonly block: Block }
  | { readonly kind: "column"; readonly chunk: number; readonly columnId: number; readonly block: Block }
  | { readonly kind: "string-piece"; readonly chunk: number; readonly piece: number; readonly bytes: Block }
  | { readonly kind: "tag-ids"; readonly tagIndex: number; readonly ids: Block }
  | { readonly kind: "tag-refs"; readonly tagIndex: number; readonly refs: Block }
  | { readonly kind: "tag-piece"; readonly piece: number; readonly bytes: Block }
  | { readonly kind: "late-rows"; readonly rows: Block }
  /** The table was opened for a write that was taken back; its other generations stay. */
  | { readonly kind: "table-withdrawn" };

export type TableMessage = OfTable & TableFact;

/**
 * How the writer tells readers about new pieces of shared memory. A message never carries rows, only the memory
 * they will be in.
 */
export type BufferMessage =
  | TableMessage
  /** In all generations. */
  | { readonly kind: "table-dropped"; readonly tableId: number };

/**
 * Messages travel in numbered batches. A table's header names the batch that its published rows need, so that a
 * reader which sees the rows before the batch knows that it has to take its mail first.
 */
export interface BufferBatch {
  readonly sequence: number;
  readonly messages: readonly BufferMessage[];
}

export type BufferPost = (batch: BufferBatch) => void;
