import { crc32 } from "../foundation/index.ts";
import type { CatalogOperation } from "./operations.ts";

/** The layout of both kinds of catalog file is docs/formats/catalog.md. */
export const CatalogFile = { log: "MRCATLOG", checkpoint: "MRCATCHK" } as const;
export type CatalogFile = (typeof CatalogFile)[keyof typeof CatalogFile];

const FORMAT_VERSION = 1;
const HEADER_BYTES = 40;
/** The checksum covers everything behind itself. */
const CHECKED_FROM = 16;

export interface CatalogFileHeader {
  readonly sequence: number;
  /** Who wrote it: a process recognises its own files by it. */
  readonly writer: bigint;
}

/** A catalog file that is not what this server wrote. Names the file and the byte where it goes wrong. */
export class CatalogDamagedError extends Error {
  override name = "CatalogDamagedError";
  /** Tells damaged files from every other failed start. */
  readonly exitCode = 3;
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, reason: string) {
    super(`catalog file ${file} is damaged at byte ${offset}: ${reason}`);
    this.file = file;
    this.offset = offset;
  }
}

export function encodeLines(operations: Iterable<CatalogOperation>): string {
  let lines = "";
  for (const operation of operations) lines += `${JSON.stringify(operation)}\n`;
  return lines;
}

/** `lines`: one JSON operation a line, from `encodeLines`. */
export function encodeCatalogFile(
  kind: CatalogFile,
  header: CatalogFileHeader,
  lines: readonly string[],
): Uint8Array {
  const parts = lines.map((line) => Buffer.from(line, "utf8"));
  const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const file = Buffer.alloc(HEADER_BYTES + payloadBytes);
  file.write(kind, 0, "latin1");
  file.writeUInt32LE(FORMAT_VERSION, 8);
  file.writeBigUInt64LE(BigInt(header.sequence), 16);
  file.writeBigUInt64LE(header.writer, 24);
  file.writeUInt32LE(payloadBytes, 32);
  let at = HEADER_BYTES;
  for (const part of parts) at += part.copy(file, at);
  file.writeUInt32LE(crc32(file.subarray(CHECKED_FROM)), 12);
  return file;
}

/** Throws CatalogDamagedError, naming `fileName`. */
export function decodeCatalogHeader(
  kind: CatalogFile,
  fileName: string,
  bytes: Uint8Array,
): CatalogFileHeader {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (offset: number, reason: string) => new CatalogDamagedError(fileName, offset, reason);
  if (file.length < HEADER_BYTES)
    throw fail(file.length, `it ends inside the header of ${HEADER_BYTES} bytes`);
  if (file.toString("latin1", 0, 8) !== kind) throw fail(0, `it does not begin with ${kind}`);
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
  return { sequence: Number(file.readBigUInt64LE(16)), writer: file.readBigUInt64LE(24) };
}

export function* decodeOperations(fileName: string, bytes: Uint8Array): Generator<CatalogOperation> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEADER_BYTES;
  while (at < file.length) {
    const end = file.indexOf(0x0a, at);
    if (end < 0) throw new CatalogDamagedError(fileName, at, "its last line has no end");
    try {
      yield JSON.parse(file.toString("utf8", at, end)) as CatalogOperation;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new CatalogDamagedError(fileName, at, "the line is not JSON");
    }
    at = end + 1;
  }
}
