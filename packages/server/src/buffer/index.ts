export type { BufferBatch, BufferMessage, BufferPost } from "./layout/index.ts";
export { BufferMirror, type BufferMirrorOptions } from "./reader/index.ts";
export type { ChunkView, ColumnView, RowOrder, TableView } from "./types.ts";
export {
  BufferStore,
  type BufferStoreOptions,
  TableBuffer,
  type TablePosition,
  ValueIds,
} from "./writer/index.ts";
