import { LineParser, Precision } from "@millrace/line-protocol";

const NEWLINE = 0x0a;

/** Lines that were written together and go to a plugin together. */
export interface Portion {
  readonly bytes: Uint8Array;
  readonly lines: number;
}

/** Cuts accepted lines into two, so that the first part holds `maxLines` lines. */
export function cutAfter(portion: Portion, maxLines: number): [Portion, Portion] {
  const { bytes, lines } = portion;
  const at = everyNewlineEndsALine(portion) ? afterNewlines(bytes, maxLines) : afterLines(bytes, maxLines);
  return [
    { bytes: bytes.slice(0, at), lines: maxLines },
    { bytes: bytes.slice(at), lines: lines - maxLines },
  ];
}

/** False when string values span lines, or when there are comments and blank lines. */
function everyNewlineEndsALine({ bytes, lines }: Portion): boolean {
  let newlines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) newlines++;
  return newlines === (bytes.at(-1) === NEWLINE ? lines : lines - 1);
}

function afterNewlines(bytes: Uint8Array, count: number): number {
  let at = -1;
  for (let seen = 0; seen < count; seen++) at = bytes.indexOf(NEWLINE, at + 1);
  return at + 1;
}

function afterLines(bytes: Uint8Array, count: number): number {
  const parser = new LineParser();
  parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  for (let seen = 0; seen < count; seen++) parser.next();
  return parser.position;
}
