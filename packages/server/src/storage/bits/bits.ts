// Bit `i & 7` of byte `i >> 3`, as in the validity of column vectors.

export function isSet(bits: Uint8Array, index: number): boolean {
  return (bits[index >> 3]! & (1 << (index & 7))) !== 0;
}

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3]! |= 1 << (index & 7);
}

export function setBits(bits: Uint8Array, start: number, length: number): void {
  const end = start + length;
  let at = start;
  for (; at < end && (at & 7) !== 0; at++) setBit(bits, at);
  const wholeBytesEnd = end & ~7;
  if (at < wholeBytesEnd) {
    bits.fill(0xff, at >> 3, wholeBytesEnd >> 3);
    at = wholeBytesEnd;
  }
  for (; at < end; at++) setBit(bits, at);
}

/** The bits of `to` must be 0 before; `from` may end with the byte of its last bit. */
export function copyBits(
  from: Uint8Array,
  fromStart: number,
  to: Uint8Array,
  toStart: number,
  length: number,
): void {
  let done = 0;
  for (; done < length && ((toStart + done) & 7) !== 0; done++) {
    if (isSet(from, fromStart + done)) setBit(to, toStart + done);
  }
  const shift = (fromStart + done) & 7;
  for (; done + 8 <= length; done += 8) {
    const at = (fromStart + done) >> 3;
    const low = from[at]! >> shift;
    to[(toStart + done) >> 3] = shift === 0 ? low : low | (from[at + 1]! << (8 - shift));
  }
  for (; done < length; done++) if (isSet(from, fromStart + done)) setBit(to, toStart + done);
}

/** Whether the first `length` bits are 1. */
export function allSet(bits: Uint8Array, length: number): boolean {
  const wholeBytes = length >> 3;
  for (let i = 0; i < wholeBytes; i++) if (bits[i] !== 0xff) return false;
  const rest = (1 << (length & 7)) - 1;
  return rest === 0 || (bits[wholeBytes]! & rest) === rest;
}

/** How many of the bits are 1. */
export function countBits(bits: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let count = 0;
  let at = start;
  for (; at < end && (at & 7) !== 0; at++) if (isSet(bits, at)) count++;
  for (; at + 8 <= end; at += 8) count += ones(bits[at >> 3]!);
  for (; at < end; at++) if (isSet(bits, at)) count++;
  return count;
}

function ones(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55);
  const fours = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (fours + (fours >> 4)) & 0x0f;
}
