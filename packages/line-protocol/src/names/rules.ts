import { BACKSLASH, COMMA, EQUALS, NEWLINE, NUL, SPACE, TAB } from "../foundation/index.ts";

/** Longest measurement, tag key, tag value, field key or string value, in decoded bytes. */
export const MAX_STRING_BYTES = 1_048_576;

/** What ends a name unescaped and which characters a backslash in it hides. Bits, one per kind of name. */
export const MEASUREMENT = 1;
/** Tag keys and field keys: a comma is ordinary in them. */
export const KEY = 2;
export const TAG_VALUE = 4;
export type NameKind = typeof MEASUREMENT | typeof KEY | typeof TAG_VALUE;

const stops = new Uint8Array(256);
for (const byte of [SPACE, TAB, NEWLINE]) stops[byte] = MEASUREMENT | KEY | TAG_VALUE;
stops[COMMA] = MEASUREMENT | TAG_VALUE;
stops[EQUALS] = KEY;
stops[NUL] = MEASUREMENT;

const escapes = new Uint8Array(256);
for (const byte of [SPACE, COMMA, BACKSLASH]) escapes[byte] = MEASUREMENT | KEY | TAG_VALUE;
escapes[EQUALS] = KEY | TAG_VALUE;

/** True when the byte, unescaped, ends a name of this kind. */
export function stopsName(byte: number, kind: NameKind): boolean {
  return (stops[byte]! & kind) !== 0;
}

/** True when a backslash before this byte vanishes on decoding; before any other byte both are kept. */
export function isEscapable(byte: number, kind: NameKind): boolean {
  return (escapes[byte]! & kind) !== 0;
}
