import type { ZonePeriod } from "./transitions.ts";

const HEADER_BYTES = 44;
const KIND_BYTES = 6;
const MAGIC = 0x545a6966;
/** Times with 8 bytes; readers of version 2 skip the first data block, which stays empty. */
const VERSION = 0x32;

/** Writes periods as a TZif file (RFC 9636): an empty version-1 block, then the real one. */
export function encodeTimeZone(periods: readonly ZonePeriod[]): Uint8Array {
  const kinds: ZonePeriod[] = [];
  const kindOf = (period: ZonePeriod): number => {
    const known = kinds.findIndex((kind) => isSameKind(kind, period));
    return known >= 0 ? known : kinds.push(period) - 1;
  };
  const [first, ...changes] = periods;
  if (first === undefined) throw new Error("a time zone has at least one period");
  kindOf(first);
  const changeKinds = changes.map(kindOf);
  const names = new TextEncoder().encode(kinds.map((kind) => `${kind.abbreviation}\0`).join(""));

  const emptyBlockBytes = HEADER_BYTES + KIND_BYTES + 1;
  const sizeBytes =
    emptyBlockBytes + HEADER_BYTES + changes.length * 9 + kinds.length * KIND_BYTES + names.length + 2;
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, 0, 1, 1);
  let at = emptyBlockBytes;
  writeHeader(view, at, changes.length, kinds.length, names.length);
  at += HEADER_BYTES;
  for (const change of changes) {
    view.setBigInt64(at, BigInt(change.fromSeconds));
    at += 8;
  }
  bytes.set(changeKinds, at);
  at += changes.length;
  let nameAt = 0;
  for (const kind of kinds) {
    view.setInt32(at, kind.offsetSeconds);
    bytes[at + 4] = Number(kind.isSummerTime);
    bytes[at + 5] = nameAt;
    nameAt += kind.abbreviation.length + 1;
    at += KIND_BYTES;
  }
  bytes.set(names, at);
  // The footer would hold a rule for the time after the last change; an empty one means "as it was last".
  bytes.set([0x0a, 0x0a], at + names.length);
  return bytes;
}

function isSameKind(a: ZonePeriod, b: ZonePeriod): boolean {
  return (
    a.offsetSeconds === b.offsetSeconds &&
    a.abbreviation === b.abbreviation &&
    a.isSummerTime === b.isSummerTime
  );
}

function writeHeader(
  view: DataView,
  at: number,
  changeCount: number,
  kindCount: number,
  nameBytes: number,
): void {
  view.setUint32(at, MAGIC);
  view.setUint8(at + 4, VERSION);
  view.setUint32(at + 32, changeCount);
  view.setUint32(at + 36, kindCount);
  view.setUint32(at + 40, nameBytes);
}
