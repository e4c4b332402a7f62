import { crc32 as zlibCrc32 } from "node:zlib";

/** CRC-32 (IEEE) of the bytes, as an unsigned number; `seed` continues the checksum of the bytes before. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed);
}
