export type { BufferBatch, BufferMessage, BufferPost } from "./layout/index.ts";
export { BufferMirror, type BufferMirrorOptions } from "./reader/index.ts";
export type { ChunkView, ColumnView, DayRange, RowOrder, TableView } from "./types.ts";
export {
  BufferStore,
  type BufferStoreOptions,
  type FrozenGeneration,
  type SeriesBook,
  TableBuffer,
  type TablePosition,
  ValueIds,
} from "./writer/index.ts";
