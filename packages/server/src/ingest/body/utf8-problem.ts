/** Says where bytes stop being UTF-8, in the words of `body content is not valid utf8: …`. */
export function utf8Problem(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const size = sequenceSize(bytes[at]!);
    if (size === 0) return `invalid utf-8 sequence of 1 bytes from index ${at}`;
    const good = goodBytes(bytes, at, size);
    if (good === size) {
      at += size;
      continue;
    }
    if (at + good === bytes.length) return `incomplete utf-8 byte sequence from index ${at}`;
    return `invalid utf-8 sequence of ${good} bytes from index ${at}`;
  }
  return "the bytes are valid";
}

/** Length that the first byte promises; 0 when no character begins with it. */
function sequenceSize(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/** How many bytes of the promised character are there and right. */
function goodBytes(bytes: Uint8Array, at: number, size: number): number {
  let good = 1;
  while (good < size && at + good < bytes.length && isContinuation(bytes, at, good)) good++;
  return good;
}

/** Some first bytes narrow what may come second: no overlong forms, no surrogates, nothing above U+10FFFF. */
function isContinuation(bytes: Uint8Array, at: number, index: number): boolean {
  const byte = bytes[at + index]!;
  const first = bytes[at]!;
  let lowest = 0x80;
  let highest = 0xbf;
  if (index === 1) {
    if (first === 0xe0) lowest = 0xa0;
    if (first === 0xed) highest = 0x9f;
    if (first === 0xf0) lowest = 0x90;
    if (first === 0xf4) highest = 0x8f;
  }
  return byte >= lowest && byte <= highest;
}
