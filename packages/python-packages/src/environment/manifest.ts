import { crc32 } from "node:zlib";
import { PackageError } from "../foundation/index.ts";

/** What the manifest keeps of a package. */
export interface PackageEntry {
  /** Normalized. */
  readonly name: string;
  readonly version: string;
  /** The requirement by which a user asked for it; null if it came along with others. */
  readonly requested: string | null;
  /** Name of the directory with its metadata in site-packages. */
  readonly infoDirectory: string;
  /** SHA-256 of the wheel. */
  readonly wheelSha256: string;
  /** SHA-256 over its files. */
  readonly contentSha256: string;
  /** The address that a requirement named; null if it was found by name. */
  readonly url: string | null;
}

/** What an environment holds: docs/formats/python-environment.md. */
export interface Manifest {
  readonly generation: number;
  readonly fingerprint: string;
  readonly packages: readonly PackageEntry[];
}

const MAGIC = "MRPYENVM";
const FORMAT_VERSION = 1;
const HEADER_BYTES = 20;
const CHECKED_FROM = 16;

export function encodeManifest(manifest: Manifest): Uint8Array {
  const content = Buffer.from(`${JSON.stringify(manifest)}\n`);
  const bytes = Buffer.alloc(HEADER_BYTES + content.length);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(content.length, 16);
  content.copy(bytes, HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM)), 12);
  return bytes;
}

/** Throws `environment` with what is wrong and what to do about it. */
export function decodeManifest(bytes: Uint8Array, path: string): Manifest {
  const damaged = (why: string): PackageError =>
    new PackageError(
      "environment",
      `${path} is damaged: ${why}. Remove ${path} and install the packages again; plugins run without them meanwhile`,
    );
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < HEADER_BYTES || file.toString("latin1", 0, 8) !== MAGIC)
    throw damaged("it has no header");
  const version = file.readUInt32LE(8);
  if (version !== FORMAT_VERSION)
    throw new PackageError(
      "environment",
      `${path} has format ${version}, and this version reads ${FORMAT_VERSION}: use a newer version, or remove the file and install the packages again`,
    );
  if (file.readUInt32LE(16) !== file.length - HEADER_BYTES)
    throw damaged("its length is not what its header says");
  if (file.readUInt32LE(12) !== crc32(file.subarray(CHECKED_FROM))) throw damaged("its checksum is wrong");
  // Only we write it, and the checksum has proved that it is what we wrote.
  return JSON.parse(file.toString("utf8", HEADER_BYTES)) as Manifest;
}
