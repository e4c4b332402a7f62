import { type Block, bytesOf, HeaderWord, type TableFact, wordsOf } from "../layout/index.ts";
import type { DayRange } from "../types.ts";
import { DayRanges } from "./day-ranges.ts";
import { MirrorChunk } from "./mirror-chunk.ts";
import { MirrorTag } from "./mirror-tag.ts";
import { RowLinks } from "./row-links.ts";
import type { RowSource } from "./row-source.ts";
import { seriesRanks } from "./series-rank.ts";

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
  // What was computed of published rows and series, for all views: none of them changes any more.
  #days: DayRanges | undefined;
  #links: RowLinks | undefined;
  #ranks: Int32Array | undefined;

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

  daysOf(source: RowSource): readonly DayRange[] {
    this.#days ??= new DayRanges();
    // A view that is older than what was counted already needs a count of its own.
    const days = this.#days.rowCount > source.rowCount ? new DayRanges() : this.#days;
    days.extend(source);
    return days.list();
  }

  /** Reaching at least as far as the source. */
  linksTo({ chunks, rowCount, seriesCount }: RowSource): RowLinks {
    this.#links ??= new RowLinks();
    this.#links.extend(chunks, rowCount, seriesCount);
    return this.#links;
  }

  /** The places of the first `seriesCount` series in the order of series keys. */
  ranks(seriesCount: number): Int32Array {
    if (this.#ranks?.length !== seriesCount) {
      // A tag without memory is one that none of them has.
      const tags = this.#tags.flatMap((tag) =>
        tag === undefined
          ? []
          : { ids: tag.ids.subarray(0, seriesCount), values: tag.dictionary(seriesCount) },
      );
      this.#ranks = seriesRanks(seriesCount, tags);
    }
    return this.#ranks;
  }

  /** It is computed again when it is asked for. */
  forgetComputed(): void {
    this.#days = undefined;
    this.#links = undefined;
    this.#ranks = undefined;
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
