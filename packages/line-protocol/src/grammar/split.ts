import * as ascii from "../foundation/index.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const { BACKSLASH, COMMA, EQUALS, HASH, NEWLINE, QUOTE, SPACE, TAB } = ascii;

/**
 * Where the line that begins at `start` ends: at a newline outside quotes, or at `limit`. This looks at
 * characters only and knows no grammar, which decides what a broken line swallows
 * (`docs/reference/line-protocol.md`, "Lines").
 */
export function endOfLine(bytes: Uint8Array, start: number, limit: number): number {
  let inFields = false;
  let quoted = false;
  let equals = 0;
  let commas = 0;
  for (let position = start; position < limit; position++) {
    switch (bytes[position]) {
      case BACKSLASH:
        position++;
        break;
      case SPACE:
        inFields = true;
        break;
      case EQUALS:
        if (inFields && !quoted) equals++;
        break;
      case COMMA:
        if (inFields && !quoted) commas++;
        break;
      case QUOTE:
        if (inFields && equals > commas) quoted = !quoted;
        break;
      case NEWLINE:
        if (!quoted) return position;
        break;
    }
  }
  return limit;
}

/** Where the point of a line begins, after leading whitespace and comments; `end` when there is none. */
export function startOfPoint(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const byte = bytes[position];
    if (byte === HASH) {
      while (position < end && bytes[position] !== NEWLINE) position++;
    } else if (byte !== SPACE && byte !== TAB && byte !== NEWLINE) {
      break;
    } else {
      position++;
    }
  }
  return position;
}

/** True when `bytes[start, end)` and a newline, standing anywhere in a body, are again exactly this line. */
export function isSelfContained(bytes: Uint8Array, start: number, end: number): boolean {
  const text = new Uint8Array(end - start + 1);
  text.set(bytes.subarray(start, end));
  text[end - start] = NEWLINE;
  return endOfLine(text, 0, text.length) === end - start;
}
