import { setImmediate } from "node:timers/promises";

/** Made before other work of the thread gets a turn: a millisecond's worth. */
const LENGTH_A_TURN = 256 * 2 ** 10;

/**
 * What `JSON.stringify` gives, in parts, made in turns between the other work of the thread: an answer about a run of a
 * plugin may list a hundred thousand events. Only values that JSON knows.
 */
export async function jsonInTurns(value: unknown): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  let part = "";
  for (const piece of piecesOf(value)) {
    part += piece;
    if (part.length < LENGTH_A_TURN) continue;
    parts.push(Buffer.from(part));
    part = "";
    await setImmediate();
  }
  parts.push(Buffer.from(part));
  return parts;
}

/** Lists item by item, long texts part by part; an object that is an item of a list comes in one piece. */
function* piecesOf(value: unknown): Generator<string> {
  if (typeof value === "string" && value.length > LENGTH_A_TURN) {
    yield* partsOf(value);
  } else if (Array.isArray(value)) {
    yield "[";
    for (let i = 0; i < value.length; i++) yield (i === 0 ? "" : ",") + (JSON.stringify(value[i]) ?? "null");
    yield "]";
  } else if (typeof value === "object" && value !== null) {
    yield "{";
    let separator = "";
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* piecesOf(member);
      separator = ",";
    }
    yield "}";
  } else {
    yield JSON.stringify(value) ?? "null";
  }
}

function* partsOf(text: string): Generator<string> {
  yield '"';
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + LENGTH_A_TURN, text.length);
    // The halves of a character must stay together.
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!)) end--;
    yield JSON.stringify(text.slice(at, end)).slice(1, -1);
    at = end;
  }
  yield '"';
}
