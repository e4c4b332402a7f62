import { crc32 } from "../foundation/index.ts";
import type { OpenSegment } from "./segment-file.ts";
import {
  checksumOfHeader,
  END_BYTES,
  GROUP_HEADER_BYTES,
  putChecksum,
  sealGroupHeader,
} from "./segment-format.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

export const END = new Uint8Array(END_BYTES);

/** What a processor's own cache keeps between the checksum of these bytes and their copy to the file. */
const PIECE_BYTES = 256 * 1024;

type Place = Pick<OpenSegment, "file" | "offset">;

/** Completes the header and writes the group and the end behind it; nothing is durable before the next sync. */
export function writeGroup(
  fs: Pick<WalFileSystem, "write">,
  place: Place,
  header: Uint8Array,
  parts: readonly Uint8Array[],
): void {
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
  if (sizeBytes > PIECE_BYTES) {
    writeLargeGroup(fs, place, header, parts);
    return;
  }
  sealGroupHeader(header, parts);
  fs.write(place.file, [header, ...parts, END], place.offset);
}

/**
 * Piece by piece, so that each byte comes from the memory once; in one go they come twice, which takes half as long
 * again. The header goes last: until then the zeros in its place say that nothing is here.
 */
function writeLargeGroup(
  fs: Pick<WalFileSystem, "write">,
  { file, offset }: Place,
  header: Uint8Array,
  parts: readonly Uint8Array[],
): void {
  let sum = checksumOfHeader(header);
  let at = offset + GROUP_HEADER_BYTES;
  for (const pieces of inPieces(parts)) {
    fs.write(file, pieces, at);
    for (const piece of pieces) {
      sum = crc32(piece, sum);
      at += piece.length;
    }
  }
  fs.write(file, [END], at);
  putChecksum(header, sum);
  fs.write(file, [header], offset);
}

/** The same bytes in lists of about as many. */
function* inPieces(parts: readonly Uint8Array[]): Iterable<Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let room = PIECE_BYTES;
  for (const part of parts) {
    for (let start = 0; start < part.length; ) {
      const piece = part.subarray(start, start + room);
      pieces.push(piece);
      start += piece.length;
      room -= piece.length;
      if (room > 0) continue;
      yield pieces;
      pieces = [];
      room = PIECE_BYTES;
    }
  }
  if (pieces.length > 0) yield pieces;
}
