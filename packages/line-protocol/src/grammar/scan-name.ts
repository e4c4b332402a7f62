import { LineError } from "../errors/index.ts";
import * as ascii from "../foundation/index.ts";
import * as names from "../names/index.ts";
import { ABSENT, FAILED, type Syntax } from "./syntax.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const { BACKSLASH } = ascii;
const { isEscapable, MAX_STRING_BYTES, stopsName } = names;

/** Reads a name from `start`: where it ends, `ABSENT` when it is empty, `FAILED` when it is forbidden. */
export function scanName(
  bytes: Uint8Array,
  start: number,
  end: number,
  kind: names.NameKind,
  syntax: Syntax,
): number {
  let position = start;
  let decodedBytes = 0;
  let endsWithBackslash = false;
  while (position < end) {
    const byte = bytes[position]!;
    if (byte === BACKSLASH) {
      if (position + 1 >= end) {
        endsWithBackslash = true;
        break;
      }
      const next = bytes[position + 1]!;
      endsWithBackslash = next === BACKSLASH;
      decodedBytes += isEscapable(next, kind) ? 1 : 2;
      position += 2;
      continue;
    }
    if (stopsName(byte, kind)) break;
    endsWithBackslash = false;
    decodedBytes++;
    position++;
  }
  if (endsWithBackslash) {
    syntax.fail(LineError.endsWithBackslash, start, end);
    return FAILED;
  }
  if (decodedBytes > MAX_STRING_BYTES) {
    syntax.fail(LineError.stringTooLong, start, end);
    return FAILED;
  }
  return position === start ? ABSENT : position;
}
