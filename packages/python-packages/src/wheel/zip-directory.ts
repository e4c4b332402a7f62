/** One file in an archive, as its directory at the end of the archive describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly headerAt: number;
  /** Unix file type and permissions; 0 if the archive was made on another system. */
  readonly mode: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LONGEST_COMMENT = 65_535;
const UNIX = 3;
const ENCRYPTED = 1;

/** Reads the directory of an archive; throws an Error that says what is wrong with it. */
export function readZipDirectory(archive: Uint8Array, mostEntries: number): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const directoryAt = view.getUint32(end + 16, true);
  if (count === 0xffff || directoryAt === 0xffffffff)
    throw new Error("it is larger than wheels may be (ZIP64)");
  if (count > mostEntries)
    throw new Error(`it has ${count} files, more than the ${mostEntries} that are allowed`);
  const entries: ZipEntry[] = [];
  let at = directoryAt;
  for (let read = 0; read < count; read++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY)
      throw new Error("its directory is damaged");
    const nameBytes = view.getUint16(at + 28, true);
    const nextAt =
      at + ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (nextAt > end) throw new Error("its directory is damaged");
    entries.push(readEntry(archive, view, at, nameBytes));
    at = nextAt;
  }
  return entries;
}

function findEnd(view: DataView): number {
  const earliest = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= earliest; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new Error("it is no ZIP archive, or was cut off");
}

function readEntry(archive: Uint8Array, view: DataView, at: number, nameBytes: number): ZipEntry {
  const name = new TextDecoder("utf-8", { fatal: true }).decode(
    archive.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
  );
  if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) throw new Error(`its file ${name} is encrypted`);
  return {
    name,
    method: view.getUint16(at + 10, true),
    crc32: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    sizeBytes: view.getUint32(at + 24, true),
    headerAt: view.getUint32(at + 42, true),
    mode: view.getUint8(at + 5) === UNIX ? view.getUint32(at + 38, true) >>> 16 : 0,
  };
}
