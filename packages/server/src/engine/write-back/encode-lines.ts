import { setImmediate } from "node:timers/promises";

/** Characters that become bytes before other work of the thread gets a turn: a millisecond's worth. */
const LENGTH_A_TURN = 2 ** 20;

/** The lines of many writes as one text of line protocol, made in turns: a run may write tens of megabytes. */
export async function encodeLines(writes: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const sizeBytes = writes.reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Math.max(0, writes.length - 1),
  );
  const bytes = new Uint8Array(sizeBytes);
  const encoder = new TextEncoder();
  let at = 0;
  let sinceTurn = 0;
  for (const [index, text] of writes.entries()) {
    if (index > 0) bytes[at++] = NEWLINE;
    for (const part of partsOf(text)) {
      at += encoder.encodeInto(part, bytes.subarray(at)).written;
      sinceTurn += part.length;
      if (sinceTurn < LENGTH_A_TURN) continue;
      sinceTurn = 0;
      await setImmediate();
    }
  }
  return bytes;
}

const NEWLINE = 10;

function* partsOf(text: string): Generator<string> {
  if (text.length <= LENGTH_A_TURN) return yield text;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + LENGTH_A_TURN, text.length);
    // The halves of a character must stay together.
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!)) end--;
    yield text.slice(at, end);
    at = end;
  }
}
