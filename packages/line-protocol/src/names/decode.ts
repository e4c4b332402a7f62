import { BACKSLASH, decodeUtf8, QUOTE } from "../foundation/index.ts";
import { isEscapable, type NameKind } from "./rules.ts";

/** The name written in `bytes[start, end)`, its escapes decoded. */
export function decodeName(bytes: Uint8Array, start: number, end: number, kind: NameKind): string {
  if (!hasBackslash(bytes, start, end)) return decodeUtf8(bytes, start, end);
  const decoded = new Uint8Array(end - start);
  let length = 0;
  for (let position = start; position < end; position++) {
    if (bytes[position] === BACKSLASH && position + 1 < end) {
      if (!isEscapable(bytes[position + 1]!, kind)) decoded[length++] = BACKSLASH;
      position++;
    }
    decoded[length++] = bytes[position]!;
  }
  return decodeUtf8(decoded, 0, length);
}

/**
 * Decodes the inside of a quoted string value into `target` and returns the number of bytes written, which is
 * never more than `length`: a caller with its own string heap needs no string object in between.
 */
export function unescapeString(
  bytes: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  targetOffset: number,
): number {
  const end = start + length;
  let written = targetOffset;
  for (let position = start; position < end; position++) {
    if (bytes[position] === BACKSLASH && position + 1 < end && isStringEscape(bytes[position + 1]!))
      position++;
    target[written++] = bytes[position]!;
  }
  return written - targetOffset;
}

/** The text of a string value as the parser describes it: where it lies and whether it has escapes. */
export function decodeString(bytes: Uint8Array, start: number, length: number, escaped: boolean): string {
  if (!escaped) return decodeUtf8(bytes, start, start + length);
  const decoded = new Uint8Array(length);
  return decodeUtf8(decoded, 0, unescapeString(bytes, start, length, decoded, 0));
}

/** In a string value a backslash hides only the quote and itself; before anything else it is a character. */
export function isStringEscape(byte: number): boolean {
  return byte === QUOTE || byte === BACKSLASH;
}

function hasBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position++) if (bytes[position] === BACKSLASH) return true;
  return false;
}
