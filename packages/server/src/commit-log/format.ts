import { crc32 } from "../foundation/index.ts";
import { LogDamagedError } from "./errors.ts";

/** The layout of all files of commit logs is docs/formats/catalog.md, "File layout". */
const FORMAT_VERSION = 1;
const HEADER_BYTES = 40;
/** The checksum covers everything behind itself. */
const CHECKED_FROM = 16;
/** Where the header says which commit it is. */
export const SEQUENCE_OFFSET = 16;

export interface FileHeader {
  readonly sequence: number;
  /** Who wrote it: a process recognises its own files by it. */
  readonly writer: bigint;
  /** Counts what its writer puts: no two files have the same bytes, so that none is taken for another. */
  readonly attempt: number;
}

/** A file to decode, and what to call it when it is damaged. */
export interface EncodedFile {
  readonly subject: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** One JSON operation a line. */
export function encodeLines(operations: Iterable<unknown>): Uint8Array {
  let lines = "";
  for (const operation of operations) lines += `${JSON.stringify(operation)}\n`;
  return Buffer.from(lines, "utf8");
}

/** `lines`: from `encodeLines`. */
export function encodeFile(magic: string, header: FileHeader, lines: readonly Uint8Array[]): Uint8Array {
  const steps = fileEncoding(magic, header, lines);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps, between which others may have their turn: a file can be large. */
export function* fileEncoding(
  magic: string,
  header: FileHeader,
  lines: readonly Uint8Array[],
): Generator<void, Uint8Array> {
  const payloadBytes = lines.reduce((sum, line) => sum + line.length, 0);
  const file = Buffer.allocUnsafeSlow(HEADER_BYTES + payloadBytes).fill(0, 0, HEADER_BYTES);
  file.write(magic, 0, "latin1");
  file.writeUInt32LE(FORMAT_VERSION, 8);
  file.writeBigUInt64LE(BigInt(header.sequence), SEQUENCE_OFFSET);
  file.writeBigUInt64LE(header.writer, 24);
  file.writeUInt32LE(payloadBytes, 32);
  file.writeUInt32LE(header.attempt, 36);
  let checksum = crc32(file.subarray(CHECKED_FROM, HEADER_BYTES));
  let at = HEADER_BYTES;
  for (const line of lines) {
    file.set(line, at);
    checksum = crc32(line, checksum);
    at += line.length;
    yield;
  }
  file.writeUInt32LE(checksum, 12);
  return file;
}

/** Throws LogDamagedError. */
export function decodeHeader(magic: string, { subject, key, bytes }: EncodedFile): FileHeader {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (offset: number, reason: string) => new LogDamagedError(subject, key, offset, reason);
  if (file.length < HEADER_BYTES)
    throw fail(file.length, `it ends inside the header of ${HEADER_BYTES} bytes`);
  if (file.toString("latin1", 0, 8) !== magic) throw fail(0, `it does not begin with ${magic}`);
  const version = file.readUInt32LE(8);
  if (version !== FORMAT_VERSION) {
    throw fail(8, `its format is version ${version}, this server reads version ${FORMAT_VERSION}`);
  }
  const payloadBytes = file.readUInt32LE(32);
  if (file.length !== HEADER_BYTES + payloadBytes) {
    throw fail(
      32,
      `it has ${file.length - HEADER_BYTES} bytes of content where its header says ${payloadBytes}`,
    );
  }
  if (file.readUInt32LE(12) !== crc32(file.subarray(CHECKED_FROM)))
    throw fail(12, "its checksum does not match");
  return {
    sequence: Number(file.readBigUInt64LE(SEQUENCE_OFFSET)),
    writer: file.readBigUInt64LE(24),
    attempt: file.readUInt32LE(36),
  };
}

/** The lines of a file whose header is intact. */
export function linesOf({ bytes }: EncodedFile): Uint8Array {
  return bytes.subarray(HEADER_BYTES);
}

/** The operations of a file whose header is intact. */
export function* decodeOperations({ subject, key, bytes }: EncodedFile): Generator<unknown> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEADER_BYTES;
  while (at < file.length) {
    const end = file.indexOf(0x0a, at);
    if (end < 0) throw new LogDamagedError(subject, key, at, "its last line has no end");
    yield parseLine(file.toString("utf8", at, end), subject, key, at);
    at = end + 1;
  }
}

function parseLine(line: string, subject: string, key: string, at: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LogDamagedError(subject, key, at, "the line is not JSON");
  }
}
