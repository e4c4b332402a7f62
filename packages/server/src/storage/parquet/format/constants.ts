// Numbers of the Parquet format; only those that files of ours have.

export const MAGIC = new TextEncoder().encode("PAR1");

export const PhysicalType = { boolean: 0, int64: 2, double: 5, byteArray: 6 } as const;
export type PhysicalType = (typeof PhysicalType)[keyof typeof PhysicalType];

export const Repetition = { required: 0, optional: 1 } as const;

export const ConvertedType = { utf8: 0, uint64: 14 } as const;

export const PageType = { data: 0, dictionary: 2 } as const;
export type PageType = (typeof PageType)[keyof typeof PageType];

export const ColumnEncoding = {
  plain: 0,
  /** Runs and packed bits. */
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  rleDictionary: 8,
} as const;
export type ColumnEncoding = (typeof ColumnEncoding)[keyof typeof ColumnEncoding];

export const Compression = { none: 0, snappy: 1 } as const;
export type Compression = (typeof Compression)[keyof typeof Compression];

/** Row groups are far smaller; readers need not make room for more because a file says so. */
export const MOST_GROUP_ROWS = 16_777_216;
