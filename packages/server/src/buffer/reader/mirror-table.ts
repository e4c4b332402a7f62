import { type BufferMessage, HeaderWord } from "../layout/index.ts";
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

export type TableMessage = Exclude<BufferMessage, { kind: "table" | "table-dropped" }>;

/** What the reader knows of one table's memory. */
export class MirrorTable {
  readonly tableId: number;
  readonly chunks: MirrorChunk[] = [];
  lateRows: Int32Array = new Int32Array(0);
  readonly #tags: (MirrorTag | undefined)[] = [];
  readonly #tagPieces: Uint8Array[] = [];
  readonly #header: Int32Array;

  constructor(tableId: number, header: SharedArrayBuffer) {
    this.tableId = tableId;
    this.#header = new Int32Array(header);
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

  apply(message: TableMessage): void {
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
        this.#openTag(message.tagIndex).ids = new Int32Array(message.ids);
        break;
      case "tag-refs":
        this.#openTag(message.tagIndex).refs = new Int32Array(message.refs);
        break;
      case "tag-piece":
        this.#tagPieces[message.piece] = new Uint8Array(message.bytes);
        break;
      case "late-rows":
        this.lateRows = new Int32Array(message.rows);
        break;
    }
  }

  #openTag(tagIndex: number): MirrorTag {
    this.#tags[tagIndex] ??= new MirrorTag(this.#tagPieces);
    return this.#tags[tagIndex];
  }
}
