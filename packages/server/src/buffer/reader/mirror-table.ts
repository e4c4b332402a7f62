import { type Block, bytesOf, HeaderWord, type TableFact, wordsOf } from "../layout/index.ts";
import { MirrorChunk } from "./mirror-chunk.ts";
import { MirrorTag } from "./mirror-tag.ts";

/** Published sizes that belong together. */
export interface PublishedCounts {
  readonly rows: number;
  readonly series: number;
  readonly lateRows: number;
  /** The announcement that is needed to read them. */
  readonly batch: number;
}

export type MemoryFact = Exclude<TableFact, { kind: "table" | "table-withdrawn" }>;

/** What the reader knows of the memory of one generation of a table. */
export class MirrorTable {
  readonly tableId: number;
  readonly generation: number;
  readonly chunks: MirrorChunk[] = [];
  lateRows: Int32Array = new Int32Array(0);
  readonly #tags: (MirrorTag | undefined)[] = [];
  readonly #tagPieces: Uint8Array[] = [];
  readonly #header: Int32Array;

  constructor(tableId: number, generation: number, header: Block) {
    this.tableId = tableId;
    this.generation = generation;
    this.#header = wordsOf(header);
  }

  /** In the opposite order of publishing: whatever is seen, what it needs was stored before and is seen too. */
  counts(): PublishedCounts {
    const rows = Atomics.load(this.#header, HeaderWord.rows);
    const lateRows = Atomics.load(this.#header, HeaderWord.lateRows);
    const series = Atomics.load(this.#header, HeaderWord.series);
    const batch = Atomics.load(this.#header, HeaderWord.batch);
    return { rows, series, lateRows, batch };
  }

  tag(tagIndex: number): MirrorTag | undefined {
    return this.#tags[tagIndex];
  }

  get tagCount(): number {
    return this.#tags.length;
  }

  apply(message: MemoryFact): void {
    switch (message.kind) {
      case "chunk":
        this.chunks[message.chunk] = new MirrorChunk(message.chunk, message.block);
        break;
      case "column":
        this.chunks[message.chunk]!.setColumn(message.columnId, message.block);
        break;
      case "string-piece":
        this.chunks[message.chunk]!.setPiece(message.piece, message.bytes);
        break;
      case "tag-ids":
        this.#openTag(message.tagIndex).setIds(message.ids);
        break;
      case "tag-refs":
        this.#openTag(message.tagIndex).setRefs(message.refs);
        break;
      case "tag-piece":
        this.#tagPieces[message.piece] = bytesOf(message.bytes);
        break;
      case "late-rows":
        this.lateRows = wordsOf(message.rows);
        break;
    }
  }

  #openTag(tagIndex: number): MirrorTag {
    this.#tags[tagIndex] ??= new MirrorTag(this.#tagPieces);
    return this.#tags[tagIndex];
  }
}
