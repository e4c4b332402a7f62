export { BufferStore, type BufferStoreOptions } from "./buffer-store.ts";
export type { FrozenGeneration } from "./generation.ts";
export type { SeriesBook } from "./series-book.ts";
export { TableBuffer, type TablePosition } from "./table-buffer.ts";
export { ValueIds } from "./value-ids.ts";
