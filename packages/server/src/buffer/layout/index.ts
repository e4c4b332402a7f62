export {
  bytesOf,
  columnBlockBytes,
  HEADER_BYTES,
  HeaderWord,
  NO_TAG,
  rowBlockBytes,
  wordsOf,
} from "./blocks.ts";
export { chunkCapacity, chunkFirstRow, chunkOfRow } from "./chunk-ladder.ts";
export type { Block, BufferBatch, BufferMessage, BufferPost, TableFact, TableMessage } from "./messages.ts";
export {
  LARGEST_PIECE_BYTES,
  LONGEST_STRING_BYTES,
  stringRefHigh,
  stringRefLength,
  stringRefLow,
  stringRefOffset,
  stringRefPiece,
} from "./string-ref.ts";
