/** How a reader sees a table's rows in memory; the layout behind it is docs/formats/buffer.md. */
export interface TableView {
  /** Rows of a newer generation were written later. */
  readonly generation: number;
  readonly tableId: number;
  /** Durable rows at the moment the view was taken. */
  readonly rowCount: number;
  readonly chunks: readonly ChunkView[];
  /**
   * `null`: rows 0..rowCount-1 are all alive, in arrival order. Otherwise the surviving rows in the order to show
   * them, and where a survivor's empty fields come from. Small tables always have one, by series key and then time
   * (missing tags first, values by their bytes); large ones only when rows were written again, in arrival order.
   */
  readonly order: RowOrder | null;
  readonly seriesCount: number;
  /** By series id: index into `tagDictionary(tag)`, or -1 for NULL. */
  tagValueIds(tagIndex: number): Int32Array;
  tagDictionary(tagIndex: number): readonly string[];
  /** The UTC days that the rows lie in, ascending; rows that a later one replaces count too. */
  days(): readonly DayRange[];
  /** One row per point, by series key and then time, whatever the table's size. */
  sorted(): RowOrder;
  /** Series (ascending ids) whose tag has the value; null: that do not have the tag. */
  seriesWhere(tagIndex: number, value: string | null): Int32Array;
  /** What `sorted` holds of some series, without a look at the others' rows. */
  rowsOfSeries(series: Int32Array): RowOrder;
}

/** The rows of one UTC day. */
export interface DayRange {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly minTimeNs: bigint;
  readonly maxTimeNs: bigint;
  readonly rowCount: number;
}

export interface RowOrder {
  readonly rows: Int32Array;
  /** Column id → (surviving row → older row of the same point that still holds this field's value). */
  readonly filledFrom: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export interface ChunkView {
  readonly firstRow: number;
  /** Rows of this chunk below the view's rowCount. */
  readonly rowCount: number;
  /** Nanoseconds since the epoch. */
  readonly time: BigInt64Array;
  readonly series: Int32Array;
  /** Undefined when no row of the chunk has a value. */
  column(columnId: number): ColumnView | undefined;
}

export interface ColumnView {
  /**
   * Two words a row, starting at a multiple of 8 bytes: float64 bits, int64, uint64; a boolean is 0 or 1 in the low
   * word; a string is a heap reference.
   */
  readonly words: Int32Array;
  /** Bit i of byte i>>3: row i of the chunk has a value. */
  readonly validity: Uint8Array;
  /** UTF-8 bytes of a string value. */
  stringBytes(rowInChunk: number): Uint8Array;
  /** The same without making anything: how many bytes they are, and the bytes written to `to` from `at` on. */
  stringLength(rowInChunk: number): number;
  copyString(rowInChunk: number, to: Uint8Array, at: number): void;
}
