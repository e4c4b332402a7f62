import type { ByteWriter } from "./byte-writer.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const shortEscapes = new Map([
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [QUOTE, '\\"'],
  [BACKSLASH, "\\\\"],
]);

/** A JSON string from UTF-8 bytes: they pass as they are, only quotes, backslashes and controls are escaped. */
export function writeJsonBytes(out: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  out.byte(QUOTE);
  let i = out.rawUntilEscape(bytes, start, end);
  while (i < end) {
    const byte = bytes[i]!;
    out.ascii(shortEscapes.get(byte) ?? `\\u${byte.toString(16).padStart(4, "0")}`);
    i = out.rawUntilEscape(bytes, i + 1, end);
  }
  out.byte(QUOTE);
}

export function writeJsonText(out: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  writeJsonBytes(out, bytes, 0, bytes.length);
}
