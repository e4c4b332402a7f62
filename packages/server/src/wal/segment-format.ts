import { crc32 } from "../foundation/index.ts";

/** The layout of segments, groups and frames is docs/formats/wal.md. All numbers are little-endian. */

export const SEGMENT_HEADER_BYTES = 64;
export const GROUP_HEADER_BYTES = 32;
export const FRAME_HEADER_BYTES = 32;
/** Zeros behind the last group, in the place of the next one's header. */
export const END_BYTES = GROUP_HEADER_BYTES;

const SEGMENT_MAGIC = "MRWALSEG";
const GROUP_MAGIC = 0x50_47_52_4d; // "MRGP"
const FORMAT_VERSION = 1;

export interface SegmentHeader {
  /** Counts up by one; also in the file's name. */
  readonly number: number;
  /** Of the first group in this segment. Groups from here on in older segments do not count. */
  readonly firstSequence: number;
  /** Random: neither an earlier use of the file nor anything a client sends looks like a group of this segment. */
  readonly lap: bigint;
}

export function segmentFileName(number: number): string {
  return `${String(number).padStart(11, "0")}.wal`;
}

/** The number of a segment file; undefined for other files. */
export function segmentNumberOf(fileName: string): number | undefined {
  const match = /^(\d{11})\.wal$/.exec(fileName);
  return match === null ? undefined : Number(match[1]);
}

/** The name of a file that was this segment and is kept to become another. */
export function spareFileName(number: number): string {
  return `${String(number).padStart(11, "0")}.spare`;
}

export function spareNumberOf(fileName: string): number | undefined {
  const match = /^(\d{11})\.spare$/.exec(fileName);
  return match === null ? undefined : Number(match[1]);
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  bytes.write(SEGMENT_MAGIC, 0, "latin1");
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeBigUInt64LE(BigInt(header.number), 16);
  bytes.writeBigUInt64LE(BigInt(header.firstSequence), 24);
  bytes.writeBigUInt64LE(header.lap, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

/** A text says why these bytes are no segment header. */
export function decodeSegmentHeader(segment: Uint8Array): SegmentHeader | string {
  if (segment.length < SEGMENT_HEADER_BYTES) return "it ends inside the segment header";
  const bytes = Buffer.from(segment.buffer, segment.byteOffset, SEGMENT_HEADER_BYTES);
  if (bytes.toString("latin1", 0, 8) !== SEGMENT_MAGIC) return `it does not begin with ${SEGMENT_MAGIC}`;
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION) {
    return `its format is version ${version}, this server reads version ${FORMAT_VERSION}`;
  }
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16)))
    return "the checksum of its header does not match";
  return {
    number: Number(bytes.readBigUInt64LE(16)),
    firstSequence: Number(bytes.readBigUInt64LE(24)),
    lap: bytes.readBigUInt64LE(32),
  };
}

export interface GroupHeader {
  readonly lap: bigint;
  readonly sequence: number;
  /** Bytes of all frames together. */
  readonly payloadBytes: number;
  readonly frames: number;
}

/** Writes everything but the checksum, which covers what follows it. */
export function encodeGroupHeader(target: Uint8Array, header: GroupHeader): void {
  const view = new DataView(target.buffer, target.byteOffset, GROUP_HEADER_BYTES);
  view.setUint32(0, GROUP_MAGIC, true);
  view.setBigUint64(8, header.lap, true);
  view.setBigUint64(16, BigInt(header.sequence), true);
  view.setUint32(24, header.payloadBytes, true);
  view.setUint32(28, header.frames, true);
}

/** Completes a group header. `parts`: the group's bytes behind its header. */
export function sealGroupHeader(target: Uint8Array, parts: readonly Uint8Array[]): void {
  let sum = checksumOfHeader(target);
  for (const part of parts) sum = crc32(part, sum);
  putChecksum(target, sum);
}

/** The checksum of a group begins with its header's; that of the bytes behind it goes on from there. */
export function checksumOfHeader(header: Uint8Array): number {
  return crc32(header.subarray(8, GROUP_HEADER_BYTES));
}

export function putChecksum(header: Uint8Array, sum: number): void {
  new DataView(header.buffer, header.byteOffset, GROUP_HEADER_BYTES).setUint32(4, sum, true);
}

/** Where a group of this lap that begins at `offset` says that it ends; undefined when none begins here. */
export function groupEndAt(segment: Uint8Array, offset: number, lap: bigint): number | undefined {
  if (offset < 0 || offset + GROUP_HEADER_BYTES > segment.length) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset + offset, GROUP_HEADER_BYTES);
  if (view.getUint32(0, true) !== GROUP_MAGIC || view.getBigUint64(8, true) !== lap) return undefined;
  return offset + GROUP_HEADER_BYTES + view.getUint32(24, true);
}

/** The intact group of this lap at `offset`, if there is one. */
export function decodeGroup(segment: Uint8Array, offset: number, lap: bigint): GroupHeader | undefined {
  const end = groupEndAt(segment, offset, lap);
  if (end === undefined || end > segment.length) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset + offset, GROUP_HEADER_BYTES);
  if (crc32(segment.subarray(offset + 8, end)) !== view.getUint32(4, true)) return undefined;
  return {
    lap,
    sequence: Number(view.getBigUint64(16, true)),
    payloadBytes: view.getUint32(24, true),
    frames: view.getUint32(28, true),
  };
}

export interface FrameHeader {
  readonly length: number;
  readonly databaseId: number;
  readonly catalogSequence: number;
  readonly defaultTimeNs: bigint;
  readonly precision: number;
}

export function encodeFrameHeader(target: Uint8Array, offset: number, frame: FrameHeader): void {
  const view = new DataView(target.buffer, target.byteOffset + offset, FRAME_HEADER_BYTES);
  view.setUint32(0, frame.length, true);
  view.setUint32(4, frame.databaseId, true);
  view.setBigUint64(8, BigInt(frame.catalogSequence), true);
  view.setBigInt64(16, frame.defaultTimeNs, true);
  view.setUint8(24, frame.precision);
}

export function decodeFrameHeader(source: Uint8Array, offset: number): FrameHeader {
  const view = new DataView(source.buffer, source.byteOffset + offset, FRAME_HEADER_BYTES);
  return {
    length: view.getUint32(0, true),
    databaseId: view.getUint32(4, true),
    catalogSequence: Number(view.getBigUint64(8, true)),
    defaultTimeNs: view.getBigInt64(16, true),
    precision: view.getUint8(24),
  };
}
