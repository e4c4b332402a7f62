/** Types as the compact protocol of Thrift numbers them. */
export const ThriftType = {
  true: 1,
  false: 2,
  i8: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;

/** Lists of this many elements and more do not have their length in the first byte. */
export const LONG_LIST = 15;
